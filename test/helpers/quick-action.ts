/** A click, as the Apex of the package sends it. Each part can be another one, for tests of those who mean no good. */
import { createHmac, randomUUID } from 'node:crypto'
import { type Agent, request } from 'node:http'

export const SECRET = 'a secret of thirty-two characters'

export interface Click {
  orderId: string
  secret?: string
  timestamp?: string
  nonce?: string
  key?: string
  wait?: number
  /** In place of the one that belongs to it. */
  body?: string
  path?: string
  /** In place of the right ones; undefined: it is left out. */
  headers?: Record<string, string | undefined>
}

export interface Answered {
  status: number
  body: Record<string, unknown>
  headers: Headers
}

export function signed(body: string, secret = SECRET): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

/** What goes on the wire, so that it can be sent again as it is. */
export function clickOf({ orderId, secret = SECRET, ...click }: Click) {
  const { timestamp = new Date().toISOString(), nonce = randomUUID(), key = `order-${orderId}-1`, wait } = click
  const body = click.body ?? JSON.stringify({ orderId, timestamp, nonce })
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-sf-signature': signed(body, secret),
    'x-sf-timestamp': timestamp,
    'x-sf-nonce': nonce,
    'idempotency-key': key,
    ...(wait !== undefined && { prefer: `wait=${wait}` }),
    ...click.headers,
  }
  return { path: click.path ?? `/orders/${orderId}/provision`, headers, body }
}

export async function send(url: string, { path, headers, body }: ReturnType<typeof clickOf>): Promise<Answered> {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  const response = await fetch(`${url}${path}`, { method: 'POST', headers: Object.fromEntries(given), body })
  return { status: response.status, body: Object(await response.json()), headers: response.headers }
}

export const click = (url: string, one: Click) => send(url, clickOf(one))

/** The same without fetch, which opens no five hundred connections. */
export function postOn(agent: Agent, url: string, { path, headers, body }: ReturnType<typeof clickOf>) {
  return new Promise<Pick<Answered, 'status' | 'body'>>((resolve, reject) => {
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
    const sending = request(`${url}${path}`, { method: 'POST', headers: given, agent }, (reply) => {
      const parts: Buffer[] = []
      reply.on('data', (part) => parts.push(part)).on('error', reject)
      reply.on('end', () =>
        resolve({ status: reply.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) }),
      )
    })
    sending.on('error', reject).end(body)
  })
}
