/** The API, /api: what people and programs may ask and do, described by an OpenAPI document that is made of the routes. */
import swagger from '@fastify/swagger'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../runtime/problem.ts'
import { type Access, type Caller, findCaller, requireScope } from '../access/caller.ts'
import { refusalProblem } from '../refused.ts'
import { addDocument, DOCUMENT } from './document.ts'
import { addEndpoint, type Endpoint } from './endpoint.ts'

export interface ApiOptions {
  access: Access
  endpoints: readonly Endpoint[]
  /** What the ledger's errors mean. Undefined: they are none of those that one can do something about. */
  explain: (error: unknown) => Problem | undefined
}

/** Largest body, bytes: nobody sends more than a filter and a reason. */
const BODY_LIMIT = 64 * 1024

export function createApi({ access, endpoints, explain }: ApiOptions) {
  return async (scope: FastifyInstance): Promise<void> => {
    const callers = new WeakMap<FastifyRequest, Caller>()
    const callerOf = (request: FastifyRequest): Caller => {
      const caller = callers.get(request)
      if (caller === undefined) throw new Error('an endpoint without a scope')
      return caller
    }
    await scope.register(swagger, DOCUMENT)
    scope.addHook('onRoute', (route) => {
      route.bodyLimit ??= BODY_LIMIT
    })
    const parse = scope.getDefaultJsonParser('error', 'error')
    // Many clients name the type of a body also where they send none.
    scope.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) =>
      body === '' ? done(null, undefined) : parse(request, body, done),
    )
    // Before anything is read of the body: a stranger learns nothing, not even what is wrong with his request.
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const caller = await findCaller(request, access)
      if (caller === undefined) return refuseStranger(request, reply)
      const { scope: wanted = 'read' } = request.routeOptions.config
      requireScope(caller, wanted)
      callers.set(request, caller)
    })
    scope.setNotFoundHandler(async () => {
      throw new Problem(404, 'NOT_FOUND', 'the API has no such address: GET /api/ lists all')
    })
    // What it throws goes to the handler of the listener, which writes problems.
    scope.setErrorHandler<FastifyError>((error) => {
      throw toProblem(error) ?? explain(error) ?? error
    })
    for (const one of endpoints) addEndpoint(scope, one, callerOf)
    addDocument(scope)
  }
}

function refuseStranger({ headers }: FastifyRequest, reply: FastifyReply): never {
  const given = headers.authorization !== undefined
  reply.header('www-authenticate', given ? 'Bearer error="invalid_token"' : 'Bearer')
  const detail = given
    ? 'this token is not valid: it may have expired, or been revoked'
    : 'give a token: Authorization: Bearer sst_... (soapstone token create makes one)'
  throw new Problem(401, 'UNAUTHORIZED', detail)
}

function toProblem(error: FastifyError): Problem | undefined {
  const refused = refusalProblem(error)
  if (refused !== undefined) return refused
  const [wrong] = error.validation ?? []
  if (wrong === undefined) return undefined
  const name =
    wrong.instancePath.slice(1).replaceAll('/', '.') || String(wrong.params.missingProperty ?? error.validationContext)
  const choices = Array.isArray(wrong.params.allowedValues) ? ` (${wrong.params.allowedValues.join(', ')})` : ''
  return new Problem(400, 'BAD_REQUEST', `${name}: ${wrong.message ?? 'is not valid'}${choices}`)
}
