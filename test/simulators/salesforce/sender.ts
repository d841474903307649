import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Client, createClientAsync } from 'soap'
import { type NextId, to15 } from './ids.ts'
import type { Org } from './org.ts'
import { isObject } from './reply.ts'
import { toSObject } from './sobject.ts'

export interface Message {
  endpoint: string
  orderIds: string[]
  /** Absent: `<SessionId xsi:nil="true"/>`, as Salesforce sends since February 2026. */
  sessionId?: string
  /** To deliver again what was delivered before. */
  notificationIds?: string[]
  organizationId?: string
  /** The first delay before a resend, in milliseconds; it doubles. */
  retryMs?: number
  giveUpMs?: number
}

export interface Delivery {
  acked: boolean
  attempts: number
  notificationIds: string[]
  lastError?: string
}

const wsdl = fileURLToPath(new URL('../../../wsdl/order.wsdl', import.meta.url))

/** Sends outbound messages by the `soap` package's client, made from the WSDL that Soapstone publishes. */
export function createSender(options: { org: Org; nextId: NextId; instanceUrl(): string }) {
  const { org, nextId } = options
  const actionId = nextId('Action')
  const clients = new Map<string, Promise<Client>>()
  const agent = new Agent({ keepAlive: true })
  const closing = new AbortController()

  async function send(message: Message): Promise<Delivery> {
    const { orderIds, retryMs = 200, giveUpMs = 60_000 } = message
    if (orderIds.length < 1 || orderIds.length > 100) throw new RangeError('a message holds 1 to 100 notifications')
    const notificationIds = message.notificationIds ?? orderIds.map(() => nextId('Notification'))
    const deadline = Date.now() + giveUpMs
    for (let attempts = 1, wait = retryMs; ; attempts++, wait *= 2) {
      const lastError = await attempt(message, notificationIds)
      if (lastError === undefined) return { acked: true, attempts, notificationIds }
      if (Date.now() + wait > deadline || !(await paused(wait))) {
        return { acked: false, attempts, notificationIds, lastError }
      }
    }
  }

  // The message is written anew each time: Salesforce sends the data of the moment of sending.
  async function attempt(message: Message, notificationIds: string[]): Promise<string | undefined> {
    try {
      const client = await clientFor(message.endpoint)
      const envelope = write(message, notificationIds)
      const [reply]: unknown[] = await client.notificationsAsync(envelope, http(agent, closing.signal), headers)
      return isObject(reply) && reply.Ack === true ? undefined : 'SOAP response was a nack.'
    } catch (error) {
      return describe(error)
    }
  }

  function write({ orderIds, sessionId, organizationId = org.organizationId }: Message, notificationIds: string[]) {
    const soap = `${options.instanceUrl()}/services/Soap`
    return {
      OrganizationId: organizationId,
      ActionId: actionId,
      SessionId: sessionId ?? null,
      EnterpriseUrl: `${soap}/c/60.0/${to15(organizationId)}`,
      PartnerUrl: `${soap}/u/60.0/${to15(organizationId)}`,
      // A record deleted since is told of without its data.
      Notification: orderIds.map((id, at) => ({ Id: notificationIds[at], sObject: toSObject(org.find(id)) })),
    }
  }

  // A client is bound to its endpoint; the WSDL itself is parsed once, the package caches it.
  function clientFor(endpoint: string): Promise<Client> {
    const known = clients.get(endpoint)
    const client = known ?? createClientAsync(wsdl, { envelopeKey: 'soapenv', useEmptyTag: true }, endpoint)
    clients.set(endpoint, client)
    return client
  }

  async function paused(ms: number): Promise<boolean> {
    try {
      await delay(ms, undefined, { signal: closing.signal })
      return true
    } catch {
      return false
    }
  }

  function close() {
    closing.abort()
    agent.destroy()
  }

  return { send, close }
}

const headers = { 'Content-Type': 'text/xml; charset=UTF-8', 'User-Agent': 'Jakarta Commons-HttpClient/3.1' }

// Salesforce waits 60 seconds, follows no redirect, and takes an Ack only from a 200.
function http(httpAgent: Agent, signal: AbortSignal) {
  const validateStatus = (status: number) => status === 200
  return { httpAgent, signal, timeout: 60_000, maxRedirects: 0, proxy: false, validateStatus }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const response: unknown = 'response' in error ? error.response : undefined
  if (!isObject(response) || typeof response.status !== 'number') return error.message
  const text = typeof response.data === 'string' ? response.data : ''
  const [, fault] = /<faultstring[^>]*>([^<]*)</.exec(text) ?? []
  return `${response.status}: ${fault ?? error.message}`
}
