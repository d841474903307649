/**
 * POST /orders/:orderId/provision: a user of Salesforce has clicked. The checks are in the order in which they stand here;
 * nothing of the request is parsed or stored before its signature holds.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLedgerAway } from '../../domain/ledger-away.ts'
import type { Message } from '../../domain/notification.ts'
import { PROBLEM_TYPE, Problem } from '../../runtime/problem.ts'
import { derivedId, QUICK_ACTION } from '../derived-id.ts'
import { type Asked, answerTo } from './answers.ts'
import { readOrderId } from './body.ts'
import { type Head, readHead } from './headers.ts'
import type { Answer, QuickActionOptions } from './ports.ts'
import { Refused } from './refused.ts'
import { signerOf } from './signature.ts'

/** A body has 150 bytes or so. */
export const BODY_LIMIT = 16 * 1_024

export interface ClickRoute {
  Params: { orderId: string }
}
type ClickRequest = FastifyRequest<ClickRoute>
type SignedHead = Head & { organizationId: string }

export function createEndpoint(options: QuickActionOptions, stopping: AbortSignal) {
  const { signers, clicks, orders, gate, toleranceMs, now } = options

  /** What the head alone can be refused for, before a byte of the body is read. */
  async function admit(request: FastifyRequest): Promise<void> {
    // Nobody could sign: there is nothing here then.
    if (!signers().some(({ secrets }) => secrets.length > 0))
      throw new Problem(404, 'NOT_FOUND', 'there is nothing at this address')
    if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw new Refused('click_too_large')
    if (!gate.admits(request)) throw new Problem(403, 'ADDRESS_REFUSED', 'not accepted from this address')
    readHead(request.headers)
  }

  async function take(request: ClickRequest, reply: FastifyReply): Promise<FastifyReply> {
    const head = readHead(request.headers)
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
    const organizationId = signerOf(bytes, head.signature, signers())
    if (organizationId === undefined) throw new Refused('click_signature')
    if (Math.abs(now().getTime() - head.sentAt.getTime()) > toleranceMs) throw new Refused('click_time')
    const orderId = readOrderId(bytes, request.params.orderId, head)
    const asked = { orderId, statusUrl: `${baseOf(request)}/orders/${orderId}` }
    return sendAnswer(reply, await record(asked, { ...head, organizationId }, request, reply), asked)
  }

  async function record(asked: Asked, head: SignedHead, request: ClickRequest, reply: FastifyReply): Promise<Answer> {
    const { organizationId, nonce, key, waitMs } = head
    const answer = waitMs > 0 ? undefined : answerTo(asked, await orders.status(asked.orderId), 'now')
    const path = `/orders/${asked.orderId}/provision`
    const taken = await clicks.take({
      ...{ nonce, key, fingerprint: `POST ${path} ${asked.orderId}` },
      message: toMessage(asked.orderId, head),
      ...(answer && { answer }),
    })
    if (taken.kind === 'nonce-used') throw new Refused('click_nonce')
    if (taken.kind === 'key-of-another') throw new Refused('click_key')
    request.log.info({ result: taken.kind, organizationId, orderId: asked.orderId, ip: request.ip }, 'click.recorded')
    if (taken.kind === 'repeated' && taken.answer !== undefined) return taken.answer
    if (taken.kind === 'recorded' && answer !== undefined) return answer
    const given = answer ?? (await atTheEnd(asked, waitMs, reply))
    try {
      await clicks.keep({ organizationId, key }, given)
    } catch (error) {
      // It is true all the same, and whoever sends the click again is told how the order stands then.
      if (!isLedgerAway(error)) throw error
      request.log.warn({ reason: error.message, organizationId, orderId: asked.orderId }, 'click.answer_not_kept')
    }
    return given
  }

  async function atTheEnd(asked: Asked, waitMs: number, reply: FastifyReply): Promise<Answer> {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const { status, over } = await orders.settled(asked.orderId, waitMs, AbortSignal.any([gone.signal, stopping]))
    return answerTo(asked, status, over ? 'end' : 'now')
  }

  const baseOf = (request: ClickRequest) => options.publicUrl ?? `${request.protocol}://${request.host}`

  return { admit, take }
}

function toMessage(orderId: string, { organizationId, timestamp, nonce, key }: SignedHead): Message {
  // A nonce is used once, and so is this id.
  const notificationId = derivedId(QUICK_ACTION, `${orderId} ${timestamp} ${nonce}`)
  return {
    organizationId,
    source: 'quick-action',
    priority: 'critical',
    actionId: 'quick-action',
    // Whoever clicks sees the order: so it is there, and an order that can't be read is no deleted one.
    notifications: [{ notificationId, recordType: 'Order', recordId: orderId, fields: { timestamp, nonce, key } }],
  }
}

function sendAnswer(reply: FastifyReply, { status, body }: Answer, { statusUrl }: Asked): FastifyReply {
  if (status === 202) reply.header('location', statusUrl)
  return reply
    .code(status)
    .type(status < 400 ? 'application/json; charset=utf-8' : PROBLEM_TYPE)
    .send(body)
}
