/** An endpoint: who may call it, what it takes and gives, and what it does. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Scope } from '../../operations/scopes.ts'
import { Problem } from '../../runtime/problem.ts'
import type { Caller } from '../access/caller.ts'
import { type JsonSchema, type Of, object, TEXT } from './schema.ts'

/** What was asked, checked against the schemas. */
export interface Asked<P, Q, B> {
  params: Of<P>
  query: Of<Q>
  body: Of<B>
  caller: Caller
  reply: FastifyReply
  request: FastifyRequest
}

interface Definition<P, Q, B> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'
  /** Below /api. */
  url: string
  scope: Scope
  tag: string
  /** One sentence. */
  summary: string
  params?: P
  query?: Q
  body?: B
  /** By status. */
  answers: Record<number, JsonSchema>
  /** Largest body, bytes. Absent: that of the API. */
  bodyLimit?: number
  /** Of an answer that is not JSON. */
  produces?: string[]
  run(asked: Asked<P, Q, B>): Promise<unknown>
}

/** One of any parameters. */
export interface Endpoint extends Omit<Definition<unknown, unknown, unknown>, 'run' | 'params' | 'query' | 'body'> {
  params: JsonSchema | undefined
  query: JsonSchema | undefined
  body: JsonSchema | undefined
  run(request: FastifyRequest, reply: FastifyReply, caller: Caller): Promise<unknown>
}

export function endpoint<
  const P extends JsonSchema = never,
  const Q extends JsonSchema = never,
  const B extends JsonSchema = never,
>({ params, query, body, run, ...rest }: Definition<P, Q, B>): Endpoint {
  return {
    ...rest,
    params,
    query,
    body,
    run(request, reply, caller) {
      // The border: Fastify has checked them against these schemas.
      const asked = { params: request.params, query: request.query, body: request.body } as Pick<
        Asked<P, Q, B>,
        'params' | 'query' | 'body'
      >
      return run({ ...asked, caller, reply, request })
    },
  }
}

export function addEndpoint(
  scope: FastifyInstance,
  one: Endpoint,
  callerOf: (request: FastifyRequest) => Caller,
): void {
  const { method, url, tag, summary, params, query, body, answers, produces, bodyLimit } = one
  scope.route({
    method,
    url,
    ...(bodyLimit !== undefined && { bodyLimit }),
    schema: {
      tags: [tag],
      summary,
      description: `Scope: ${one.scope}.`,
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(produces && { produces }),
      response: { ...answers, default: ERROR },
    },
    config: { scope: one.scope },
    // A name that nobody knows must not be passed over: what it was to narrow would be done to all.
    preValidation: async (request) => {
      refuseUnknown('query', request.query, query)
      refuseUnknown('body', request.body, body)
    },
    handler: (request, reply) => one.run(request, reply, callerOf(request)),
  })
}

const ERROR = {
  description: 'What is wrong: RFC 9457',
  content: {
    'application/problem+json': {
      schema: object({ type: TEXT, title: TEXT, status: { type: 'integer' }, detail: TEXT, code: TEXT }),
    },
  },
} as const

function refuseUnknown(where: string, given: unknown, schema: JsonSchema | undefined): void {
  if (typeof given !== 'object' || given === null || schema?.additionalProperties === true) return
  const known = Object.keys(schema?.properties ?? {})
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const names = known.length === 0 ? 'there is none' : `there are ${known.join(', ')}`
  throw new Problem(400, 'BAD_REQUEST', `${unknown}: the ${where} has no such name: ${names}`)
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller of the API must have. */
    scope?: Scope
  }
}
