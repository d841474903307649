/** The door for SOAP outbound messages: its endpoints, and what it says when something is wrong. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../runtime/problem.ts'
import { createSampledLog } from '../../runtime/sampled.ts'
import type { Door } from '../door.ts'
import { ack, XML_TYPE } from './ack.ts'
import { answerTo, isForeseen } from './answers.ts'
import { asked } from './asked.ts'
import type { Contract } from './contract.ts'
import type { OutboundMessageOptions } from './ports.ts'
import { createEndpoints } from './route.ts'

export function createOutboundMessages(options: OutboundMessageOptions): Door {
  const sampled = createSampledLog(options.log)
  const { meter } = options
  return {
    routes(scope) {
      const endpoints = createEndpoints(options)
      // The handler reads the body itself, after the checks: a stranger must not fill our memory.
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      scope.addHook('onResponse', async (request, reply) => {
        if (request.method === 'POST' && reply.statusCode === 200) meter.acked(reply.elapsedTime / 1000)
      })
      scope.setErrorHandler(async (error, request, reply) => {
        // A GET is answered as everywhere else.
        if (error instanceof Problem && request.method === 'GET') throw error
        const { result, status, body } = answerTo(error)
        const facts = { result, reason: reasonOf(error), ...asked(request, reply) }
        if (result !== 'try-again') sampled.warn(facts, 'message.refused')
        else sampled.error(isForeseen(error) ? facts : { ...facts, err: error }, 'message.not_stored')
        meter.received({ result, notifications: 0, duplicates: 0 })
        return close(request, reply).code(status).type(XML_TYPE).send(body)
      })
      for (const [name, contracts] of byName(options.contracts)) {
        const path = `/outbound-messages/${name}`
        scope.post(path, { config: { logsItself: true } }, endpoints.take(name, contracts))
        scope.get(path, endpoints.describe(name, contracts, path))
      }
    },
    overloaded(request, reply, cause) {
      sampled.error({ ...cause, ...asked(request, reply) }, 'message.overloaded')
      meter.received({ result: 'try-again', notifications: 0, duplicates: 0 })
      reply.code(503).header('retry-after', '10').header('connection', 'close').type(XML_TYPE).send(ack('try-again'))
    },
  }
}

function byName(contracts: readonly Contract[]): Map<string, Contract[]> {
  const names = new Map<string, Contract[]>()
  for (const contract of contracts) names.set(contract.name, [...(names.get(contract.name) ?? []), contract])
  return names
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** After a body that was not read to its end, no other request can come on this connection. */
function close(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return request.raw.complete ? reply : reply.header('connection', 'close')
}
