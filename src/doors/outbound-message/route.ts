/** POST /outbound-messages/<name>: parse, record, Ack - and nothing between the last two. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CODES } from '../../domain/codes.ts'
import type { Message } from '../../domain/notification.ts'
import { ack, fault, XML_TYPE } from './ack.ts'
import { BrokenOff, createBodyReader, TooLarge } from './body.ts'
import { conform } from './conform.ts'
import { type Contract, withAddress } from './contract.ts'
import { Malformed } from './element.ts'
import { readEnvelope } from './envelope.ts'

/** The ledger, as a door needs it: resolves when the message is committed. */
export interface Recorder {
  record(message: Message): Promise<{ recorded: number; duplicates: number }>
}

export interface OutboundMessageOptions {
  recorder: Recorder
  /** One endpoint each. */
  contracts: readonly Contract[]
  /** Whose messages are taken, 18 characters each. */
  organizationIds: readonly string[]
  /** Messages of other organisations: refused, or recorded as ignored. Never worked on. */
  foreignOrganizations: 'refuse' | 'record'
  /** Fields that the contract doesn't have: kept as text and reported, or a reason to refuse the message. */
  unknownFields: 'report' | 'refuse'
  /** How the outside reaches us; absent: as the request says. */
  publicUrl?: string
  /** If set, the request must name it: `?key=`. */
  key?: string
  /** Largest body, bytes. */
  bodyLimit: number
  /** Bytes of all bodies that may be in memory at the same time. */
  bodyBudget: number
  /** What came of a request, for metrics. */
  onReceived?: (received: { result: Result; notifications: number; duplicates: number }) => void
}

/** `foreign`: stored, for the eye only. */
export type Result = 'stored' | 'foreign' | 'try-again' | 'malformed' | 'refused'

/** Not our organisation, or without the key. */
class Refused extends Error {}

export function outboundMessages(app: FastifyInstance, options: OutboundMessageOptions): void {
  const { recorder, bodyLimit, bodyBudget } = options
  const body = createBodyReader({ limit: bodyLimit, budget: bodyBudget })

  app.register(async (door) => {
    // The body is read by the handler: whoever may not send shall not fill our memory.
    door.removeAllContentTypeParsers()
    door.addContentTypeParser('*', (_request, _payload, done) => done(null))

    for (const contract of options.contracts) {
      const path = `/outbound-messages/${contract.name}`
      door.post(path, async (request, reply) => {
        authorize(request, options.key)
        checkHeaders(request)
        const { bytes, release } = await body.read(request.raw)
        try {
          const message = await admit(await readEnvelope(bytes), contract, request)
          const { duplicates } = await recorder.record(message)
          await reply.code(200).type(XML_TYPE).send(ack('stored'))
          note(request, reply, message, duplicates)
        } finally {
          release()
        }
        return reply
      })
      door.get(path, async (request, reply) => {
        authorize(request, options.key)
        if (!Object.hasOwn(Object(request.query), 'wsdl')) {
          return reply
            .code(405)
            .header('allow', 'POST')
            .send({ error: 'outbound messages are posted here; ?wsdl shows the contract' })
        }
        const base = options.publicUrl ?? `${request.protocol}://${request.host}`
        return reply.type(XML_TYPE).send(withAddress(contract, base + path))
      })
    }

    door.setErrorHandler(async (error, request, reply) => {
      const answer = toAnswer(error)
      const log = { result: answer.result, reason: error instanceof Error ? error.message : String(error) }
      if (answer.result === 'try-again')
        request.log.error({ ...log, ...asked(request, reply), err: error }, 'message.not_stored')
      else request.log.warn({ ...log, ...asked(request, reply) }, 'message.refused')
      options.onReceived?.({ result: answer.result, notifications: 0, duplicates: 0 })
      return close(request, reply).code(answer.status).type(XML_TYPE).send(answer.body)
    })
  })

  /** The message as it is to be recorded. Throws when it may not be. */
  async function admit(message: Message, contract: Contract, request: FastifyRequest): Promise<Message> {
    if (isForeign(message)) {
      const { organizationId } = message
      request.log.warn({ organizationId, ip: request.ip, endpoint: contract.name }, 'security.foreign_organization')
      if (options.foreignOrganizations === 'refuse') throw new Refused('another organisation')
      return setAside(message)
    }
    const { message: conformed, unknownFields } = await conform(message, contract)
    if (unknownFields.length > 0) {
      if (options.unknownFields === 'refuse') {
        throw new Malformed(`the contract has no field ${unknownFields.slice(0, 10).join(', ')}`)
      }
      request.log.warn({ unknownFields, endpoint: contract.name }, 'message.unknown_fields')
    }
    return conformed
  }

  function note(request: FastifyRequest, reply: FastifyReply, message: Message, duplicates: number): void {
    const notifications = message.notifications.length
    const result = isForeign(message) ? 'foreign' : 'stored'
    const { actionId } = message
    request.log.info({ result, notifications, duplicates, actionId, ...asked(request, reply) }, 'message.recorded')
    options.onReceived?.({ result, notifications, duplicates })
  }

  /** The 18-character form differs in nothing but the checksum; 15 characters are case-sensitive. */
  function isForeign({ organizationId }: Message): boolean {
    return !options.organizationIds.some((id) => id.slice(0, 15) === organizationId.slice(0, 15))
  }
}

/** By whom, for what, and how long it took. */
function asked(request: FastifyRequest, reply: FastifyReply) {
  return { path: request.routeOptions.url, ip: request.ip, ms: Math.round(reply.elapsedTime * 10) / 10 }
}

/** Recorded for the eye only: without its session, and ignored. */
function setAside({ sessionId: _, ...message }: Message): Message {
  const ignored = { code: 'FOREIGN_ORGANIZATION', message: CODES.FOREIGN_ORGANIZATION.meaning }
  return { ...message, notifications: message.notifications.map((notification) => ({ ...notification, ignored })) }
}

/** Constant time, whatever is sent: both are hashed first, so that they have one length. */
function authorize(request: FastifyRequest, key: string | undefined): void {
  if (key === undefined) return
  const { key: given } = request.query as { key?: unknown }
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (typeof given !== 'string' || !timingSafeEqual(digest(given), digest(key))) throw new Refused('wrong or no key')
}

function checkHeaders(request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? ''
  if (!/^(?:text|application)\/xml\s*(?:;|$)/i.test(type)) throw new Malformed('the content type is not text/xml')
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(type)?.[1] ?? 'utf-8'
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) throw new Malformed('the character set is not UTF-8')
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new Malformed('compressed bodies are not accepted')
}

function toAnswer(error: unknown): { status: number; result: Result; body: string } {
  if (error instanceof Malformed) return { status: 500, result: 'malformed', body: fault('Client', error.message) }
  if (error instanceof TooLarge)
    return { status: 413, result: 'malformed', body: fault('Client', 'the message is too large') }
  if (error instanceof Refused) return { status: 403, result: 'refused', body: fault('Client', 'not accepted here') }
  if (error instanceof BrokenOff) return { status: 400, result: 'malformed', body: fault('Client', error.message) }
  return { status: 503, result: 'try-again', body: ack('try-again') }
}

/** A body that was not read to its end can't be followed by another request. */
function close(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return request.raw.complete ? reply : reply.header('connection', 'close')
}
