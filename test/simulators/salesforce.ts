import { randomInt } from 'node:crypto'
import { createFaults, type Faults } from './salesforce/faults.ts'
import { createIds, to18 } from './salesforce/ids.ts'
import { createOrg } from './salesforce/org.ts'
import { createQueries } from './salesforce/query.ts'
import { createRest } from './salesforce/rest.ts'
import { createSeeding, type Seeding } from './salesforce/seeding.ts'
import { createSender, type Delivery, type Message } from './salesforce/sender.ts'
import { serve } from './salesforce/server.ts'
import { createSetup, createSetupReplies, type Setup } from './salesforce/setup.ts'

export type { Fault } from './salesforce/faults.ts'
export type { Delivery } from './salesforce/sender.ts'

export interface SalesforceOptions {
  port?: number
  /** 127.0.0.1 when not said. */
  host?: string
  /** 15 or 18 characters. */
  organizationId?: string
  clientId?: string
  clientSecret?: string
  /** PEM; allows the JWT bearer flow. */
  jwtPublicKey?: string
  jwtUsername?: string
  /** How long every call takes before it is done. */
  latencyMs?: number
  /** Two simulators of one seed make the same ids. */
  seed?: number
}

export interface Salesforce extends Seeding, Settings {
  /** Instance URL and My Domain. */
  url: string
  /** 18 characters. */
  organizationId: string
  clientId: string
  clientSecret: string
  record(id: string): Readonly<Record<string, unknown>> | undefined
  /** A session that the API takes, as a message used to carry it. */
  issueSession(): string
  isLive(session: string): boolean
  /** Sessions and tokens issued so far are refused from now on. */
  expireSessions(): void
  /** One SOAP request, resent until it is Acked or `giveUpMs` have passed. Rejects only for what is not a message. */
  send(message: Message): Promise<Delivery>
  /** How many calls arrived, by kind; `total` is all but oauth. A subrequest is not a call. */
  calls: Record<string, number>
  faults: Faults
  /** What the organisation says of its own setup. */
  setup: Setup
  on(event: 'call', listener: CallListener): void
  /** Called with what an API call has changed, and its header Sforce-Call-Options. */
  onChanged(listener: ChangeListener): void
  close(): Promise<void>
}

interface Settings {
  /** Records a page, in the query and in its sub-queries. */
  pageSize: number
  childPageSize: number
  /** When set, an API update that changes an order sends an outbound message about it, as a careless Flow would. */
  autoNotify?: { endpoint: string } | undefined
  /** When set, logins lead to that organisation, as with the credentials of a copied sandbox. */
  loginOrganizationId?: string | undefined
}

type ChangeListener = (ids: string[], callOptions: string) => void
type CallListener = (call: { kind: string; body: unknown }) => void

/** Starts a Salesforce organisation of our own: REST and OAuth over HTTP, and a sender of outbound messages. */
export async function startSalesforce(options: SalesforceOptions = {}): Promise<Salesforce> {
  const nextId = createIds(options.seed ?? randomInt(62 ** 5))
  const organizationId = to18((options.organizationId ?? nextId('Organization')).slice(0, 15))
  const { clientId = 'soapstone-client', clientSecret = 'soapstone-secret' } = options
  const settings: Settings = { pageSize: 2000, childPageSize: 2000 }
  const calls: Record<string, number> = {
    oauth: 0,
    query: 0,
    queryMore: 0,
    composite: 0,
    collections: 0,
    setup: 0,
    total: 0,
  }
  const listeners: CallListener[] = []
  const changeListeners: ChangeListener[] = []
  const faults = createFaults()
  const org = createOrg(nextId, organizationId)
  org.create('Organization', { Name: 'Soapstone Simulator', IsSandbox: false })
  const setup = createSetup()
  const sender = createSender({ org, nextId, instanceUrl: () => server.url })

  const route = createRest({
    org,
    faults,
    setup: { versions: () => setup.versions, reply: createSetupReplies({ setup, org, nextId }) },
    queries: createQueries({ org, sizes: settings, nextId }),
    oauth: {
      org,
      userId: org.integrationUserId,
      clientId,
      clientSecret,
      jwtPublicKey: options.jwtPublicKey,
      jwtUsername: options.jwtUsername,
      instanceUrl: () => server.url,
      organizationId: () => settings.loginOrganizationId ?? organizationId,
    },
    onChanged(ids, callOptions) {
      notify(ids)
      for (const listener of changeListeners) listener(ids, callOptions)
    },
  })

  const server = await serve({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    latencyMs: options.latencyMs ?? 0,
    route,
    faults,
    apiUsage: () => `api-usage=${calls.total}/15000`,
    onCall: (call) => {
      count(call.kind)
      if (call.kind !== 'oauth') count('total')
      for (const listener of listeners) listener(call)
    },
  })

  function count(kind: string) {
    calls[kind] = (calls[kind] ?? 0) + 1
  }

  function notify(ids: string[]) {
    const orderIds = ids.filter((id) => org.find(id)?.type === 'Order')
    const { endpoint } = settings.autoNotify ?? {}
    if (endpoint === undefined) return
    for (let at = 0; at < orderIds.length; at += 100) {
      // Nobody waits for it, and send() does not reject for a message of 1 to 100.
      void sender.send({ endpoint, orderIds: orderIds.slice(at, at + 100) })
    }
  }

  return Object.assign(settings, createSeeding(org), {
    url: server.url,
    organizationId,
    clientId,
    clientSecret,
    record: (id: string) => structuredClone(org.find(id)?.fields),
    issueSession: org.issueSession,
    isLive: org.isLive,
    expireSessions: org.expireSessions,
    send: sender.send,
    calls,
    faults: faults.faults,
    setup,
    on: (_event: 'call', listener: CallListener) => {
      listeners.push(listener)
    },
    onChanged: (listener: ChangeListener) => {
      changeListeners.push(listener)
    },
    close: async () => {
      sender.close()
      await server.close()
    },
  })
}
