/** POST /outbound-messages/<name>: parse, record, Ack - and nothing between the last two. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Message } from '../../domain/notification.ts'
import { Problem } from '../../runtime/problem.ts'
import { createSampledLog } from '../../runtime/sampled.ts'
import { currentTraceparent, inSpan, traceIdOf } from '../../runtime/trace.ts'
import { ack, XML_TYPE } from './ack.ts'
import { asked } from './asked.ts'
import { createBodyReader } from './body.ts'
import { createBudget } from './budget.ts'
import { type Conform, createConform, toMessage, type Whose } from './conform.ts'
import { type Contract, withAddress } from './contract.ts'
import { createDrift, type Drift, describeDrift, explainDrift } from './drift.ts'
import { Malformed } from './element.ts'
import { readEnvelope } from './envelope.ts'
import { asksForWsdl, checkHeaders, checkKey, Refused } from './headers.ts'
import type { OutboundMessageOptions, Recorded } from './ports.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** A body may be slow for this long. From then on it must come at a speed that any line has. */
const GRACE_MS = 5_000
const BYTES_PER_SECOND = 4 * 1_024
/** How long a large body waits for memory. Salesforce waits a minute for the answer. */
const WAIT_MS = 20_000

export function createEndpoints(options: OutboundMessageOptions) {
  const sampled = createSampledLog(options.log)
  const { recorder, security, meter, gate, key } = options
  const body = createBodyReader({
    limit: options.bodyLimit,
    budget: createBudget({ total: options.bodyBudget, waitMs: WAIT_MS }),
    speed: {
      graceMs: GRACE_MS,
      bytesPerSecond: BYTES_PER_SECOND,
      longestMs: options.requestTimeoutMs,
      everyMs: 1_000,
      now: () => performance.now(),
    },
  })

  /** `contracts`: all that have that name. */
  function take(endpoint: string, contracts: readonly Contract[]): Handler {
    const conforms = contracts.map((contract) => ({ ...contract, conform: createConform(contract) }))
    const name = `POST /outbound-messages/${endpoint}`
    return (request, reply) => {
      const options = { kind: 'receives', parent: { headers: request.headers } } as const
      return inSpan(name, options, () => receive(request, reply))
    }

    async function receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      authorize(request, endpoint)
      checkHeaders(request)
      const { bytes, release } = await body.read(request.raw, request.ip)
      try {
        const message = await read(bytes, conforms, request, endpoint)
        const recorded = await commit(message)
        await reply.code(200).type(XML_TYPE).send(ack('stored'))
        note(message, recorded, request, reply)
      } finally {
        release()
      }
      return reply
    }
  }

  /** Resolves after the commit. */
  function commit(message: Message): Promise<Recorded> {
    const traceparent = currentTraceparent()
    if (traceparent === undefined) return recorder.record(message)
    return inSpan('commit', { kind: 'works' }, () => recorder.record({ ...message, traceparent }))
  }

  function describe(endpoint: string, contracts: readonly Contract[], path: string): Handler {
    return async (request, reply) => {
      authorize(request, endpoint)
      if (!asksForWsdl(request)) {
        reply.header('allow', 'POST')
        throw new Problem(405, 'METHOD_NOT_ALLOWED', 'outbound messages are posted here; ?wsdl shows the contract')
      }
      const base = options.publicUrl ?? `${request.protocol}://${request.host}`
      return reply.type(XML_TYPE).send(withAddress(contractFor(undefined, contracts), base + path))
    }
  }

  function authorize(request: FastifyRequest, endpoint: string): void {
    if (!gate.admits(request)) throw new Refused('not admitted')
    try {
      checkKey(request, key)
    } catch (error) {
      security.report('wrong_key', { ip: request.ip, endpoint })
      throw error
    }
  }

  /** The message as it is to be recorded. */
  async function read(
    bytes: Buffer,
    contracts: readonly (Contract & { conform: Conform })[],
    request: FastifyRequest,
    endpoint: string,
  ): Promise<Message> {
    const drift = createDrift()
    const message = await readEnvelope(bytes, (organizationId) => {
      admit(organizationId, request, endpoint)
      return contractFor(organizationId, contracts).conform(whose(organizationId), drift)
    })
    const own = whose(message.organizationId)
    if (own === 'own') checkDrift(drift, request, endpoint)
    return toMessage(message, own)
  }

  /** Called before the rest of the message is parsed. */
  function admit(organizationId: string, { ip }: FastifyRequest, endpoint: string): void {
    if (whose(organizationId) === 'own') return
    security.report('foreign_organization', { organizationId, ip, endpoint })
    if (options.foreignOrganizations === 'refuse') throw new Refused('another organisation')
  }

  function checkDrift(drift: Drift, { id: reqId }: FastifyRequest, endpoint: string): void {
    const odd = describeDrift(drift)
    if (odd === undefined) return
    if (options.unknownFields === 'refuse') throw new Malformed(explainDrift(drift))
    // Every message has it then, until somebody saves the new contract.
    sampled.warn({ ...odd, endpoint, reqId }, 'message.unknown_fields')
  }

  function note(message: Message, recorded: Recorded, request: FastifyRequest, reply: FastifyReply): void {
    const { actionId, notifications: all, organizationId } = message
    const { duplicates, conflicting = 0 } = recorded
    const result = whose(organizationId) === 'foreign' ? 'foreign' : 'stored'
    const notifications = all.length
    const { path, ip, ms } = asked(request, reply)
    const traceId = traceIdOf(currentTraceparent())
    const facts = {
      result,
      organizationId,
      notifications,
      duplicates,
      actionId,
      path,
      ip,
      ms,
      ...(traceId !== undefined && { traceId }),
    }
    request.log.info(facts, 'message.recorded')
    meter.received({ result, notifications, duplicates })
    if (conflicting > 0) security.report('notification_id_reused', { actionId, path, ip }, conflicting)
    const deleted = all.filter(({ ignored }) => ignored?.code === 'RECORD_DELETED').length
    if (deleted > 0) security.note('record_deleted', { path, ip }, deleted)
  }

  /** Compares 15 characters, which are case-sensitive. The other three are only a checksum. */
  function whose(organizationId: string): Whose {
    return options.organizationIds().some((id) => id.slice(0, 15) === organizationId.slice(0, 15)) ? 'own' : 'foreign'
  }

  return { take, describe }
}

/** Its own before that of all. Throws where the endpoint has neither: it is not one of that organisation's. */
function contractFor<T extends Contract>(organizationId: string | undefined, contracts: readonly T[]): T {
  const own = contracts.find((one) => one.organizationId !== undefined && one.organizationId === organizationId)
  const shared = contracts.find((one) => one.organizationId === undefined)
  const found = own ?? shared ?? (organizationId === undefined ? contracts[0] : undefined)
  if (found === undefined) throw new Refused('an endpoint of another organisation')
  return found
}
