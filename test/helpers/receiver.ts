/** A receiver of webhooks: verifies what comes as any program would, by the standard library, and keeps it. */
import type { RequestListener } from 'node:http'
import { Webhook } from 'standardwebhooks'
import type { Test } from 'tap'
import { startHttpServer } from './http-server.ts'

export interface Received {
  id: string
  type: string
  timestamp: string
  data: Record<string, unknown>
}

export interface Receiver {
  url: string
  /** What was verified, in the order in which it came. */
  received: Received[]
  /** Everything that came, as it came: the bodies of chats and pagers, too. */
  bodies: unknown[]
  /** What could not be verified. */
  forged: string[]
  /** Tells it the secret, before something comes. */
  trust(secret: string): void
  /** The next answers; then 204 again. */
  answer(...statuses: number[]): void
  /** How many requests of one event were open at the same time, at most. */
  readonly most: number
}

export async function startReceiver(t: Test, { holdMs = 0 } = {}): Promise<Receiver> {
  let webhook: Webhook | undefined
  let most = 0
  const open = new Map<string, number>()
  const statuses: number[] = []
  const receiver = { received: [] as Received[], bodies: [] as unknown[], forged: [] as string[] }

  const take: RequestListener = async (request, response) => {
    const id = String(request.headers['webhook-id'])
    open.set(id, (open.get(id) ?? 0) + 1)
    most = Math.max(most, open.get(id) ?? 0)
    const body = Buffer.concat(await request.toArray()).toString()
    const status = statuses.shift() ?? 204
    setTimeout(() => {
      open.set(id, (open.get(id) ?? 1) - 1)
      keep(id, body, request.headers)
      response.writeHead(status).end()
    }, holdMs).unref()
  }

  function keep(id: string, body: string, headers: NodeJS.Dict<string | string[]>): void {
    receiver.bodies.push(JSON.parse(body))
    if (webhook === undefined) return
    try {
      const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
      const { type, timestamp, data } = Object.assign(
        { type: '', timestamp: '', data: {} },
        webhook.verify(body, named),
      )
      receiver.received.push({ id, type, timestamp, data })
    } catch (error) {
      receiver.forged.push(String(error))
    }
  }

  const { url } = await startHttpServer(t, take)
  return {
    ...receiver,
    url,
    trust(secret) {
      webhook = new Webhook(secret)
    },
    answer: (...next) => void statuses.push(...next),
    get most() {
      return most
    },
  }
}
