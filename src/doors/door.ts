/** A door: one way in which notifications arrive. The server takes a list of them and knows none by name. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export interface Door {
  /** For doors that answer requests: adds the endpoints, in a scope of their own. */
  routes?(scope: FastifyInstance): void
  /** What it says to a request that comes while the process is overloaded. Absent: it takes what comes. */
  overloaded?(request: FastifyRequest, reply: FastifyReply, cause: Overload): void
  /** For doors that fetch notifications: called once the process listens. */
  start?(): Promise<void>
  /** Fetches no more. What was handed over already may still be on its way. */
  stop?(): Promise<void>
}

/** What there is too much of, and how much. */
export interface Overload {
  type: string
  value: number | undefined
}

export type PressureHandler = (
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  value: number | undefined,
) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The endpoint writes its own log line for each request: `request.answered` would be a second one. */
    logsItself?: true
    /** What @fastify/under-pressure calls, instead of its own handler. */
    pressureHandler?: PressureHandler
  }
}
