/** Sends one delivery and reads the beginning of the answer. No redirect is followed. */
import { Agent, type Dispatcher, request } from 'undici'
import { withDeadline } from '../../runtime/in-time.ts'
import { inSpan, traceHeaders } from '../../runtime/trace.ts'
import { bodyOf } from './body.ts'
import type { Delivery, Send, Sent } from './delivery.ts'
import { createDial, type DialOptions, Refused } from './dial.ts'
import { signatureOf } from './signature.ts'

export interface SenderOptions extends DialOptions {
  /** As the receivers see us. */
  userAgent: string
  /** Milliseconds since 1970. */
  now: () => number
}

export interface Sender {
  send: Send
  close(): Promise<void>
}

/** Of an answer so much is read, bytes: a connection is kept only when it ends before. */
const READ_MOST = 16_384
/** Of an answer so much is kept, characters. */
const KEEP_MOST = 500
/** However long a receiver asks to be left alone. */
const LONGEST_REST_MS = 86_400_000

export function createSender(options: SenderOptions): Sender {
  const { timeoutMs, userAgent, now, allowPrivate } = options
  const agent = new Agent({
    connect: createDial(options),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
  })

  /** Part of the order's trace, where it has one, and the receiver is told of it. */
  function send(delivery: Delivery, signal: AbortSignal): Promise<Sent> {
    const { event, traceparent, webhookId, attempts } = delivery
    const attributes = {
      'soapstone.webhook_id': webhookId,
      'soapstone.event_id': event.id,
      'soapstone.attempt': attempts + 1,
    }
    const options = { kind: 'calls', attributes, parent: { traceparent } } as const
    return inSpan(`webhook ${event.type}`, options, async (traced) => {
      const sent = await post(delivery, signal)
      if (sent.result === 'refused') traced.fail(sent.error ?? 'refused')
      return sent
    })
  }

  async function post(delivery: Delivery, signal: AbortSignal): Promise<Sent> {
    try {
      if (new URL(delivery.url).protocol !== 'https:' && !allowPrivate)
        throw new Refused('what is sent must be encrypted: the URL has to begin with https:')
      const body = JSON.stringify(bodyOf(delivery))
      return await withDeadline({ ms: timeoutMs, signal }, async (until) => {
        const response = await request(delivery.url, {
          method: 'POST',
          headers: {
            ...traceHeaders(),
            ...headersOf(delivery, body, Math.floor(now() / 1_000)),
            'user-agent': userAgent,
          },
          body,
          signal: until,
          dispatcher: agent,
        })
        return judge(response, await readBeginning(response.body))
      })
    } catch (error) {
      return { result: 'refused', error: wordsOf(error), gone: false }
    }
  }

  return { send, close: () => agent.destroy() }
}

function headersOf({ event, secrets, format }: Delivery, body: string, timestamp: number): Record<string, string> {
  const named = { 'content-type': 'application/json', 'webhook-id': event.id, 'webhook-timestamp': String(timestamp) }
  // PagerDuty's key stands in the body.
  if (secrets.length === 0 || format === 'pagerduty') return named
  return { ...named, 'webhook-signature': signatureOf({ id: event.id, timestamp, body, secrets }) }
}

async function readBeginning(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(Buffer.from(chunk))
    length += chunks.at(-1)?.length ?? 0
    // Leaving the loop closes the connection.
    if (length >= READ_MOST) break
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, KEEP_MOST)
}

function judge({ statusCode: status, headers }: Dispatcher.ResponseData, answer: string): Sent {
  if (status >= 200 && status < 300) return { result: 'delivered', status, answer, gone: false }
  const followed = status >= 300 && status < 400 ? ': redirects are not followed' : ''
  const restMs = Number(headers['retry-after']) * 1_000
  return {
    result: 'refused',
    status,
    error: `answered ${status}${followed}`,
    answer,
    gone: status === 410,
    ...(restMs > 0 && { restMs: Math.min(restMs, LONGEST_REST_MS) }),
  }
}

/** The innermost cause says it best. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return wordsOf(error.cause)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
