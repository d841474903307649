/**
 * /health/live: the process is alive. /health/ready: it can store messages. The private listener gives the reasons when
 * it can't; the public one says no more than a load balancer needs.
 */
import type { FastifyInstance } from 'fastify'

export interface Readiness {
  /** Messages can be stored: what a load balancer must know. */
  ready: boolean
  ledger: 'up' | 'down'
  /** Why nothing can be stored. */
  reason?: string
  /** Steps that stand still. They don't make the process unready: messages are taken all the same. */
  paused: { step: string; code: string; message: string; since: string }[]
  /**
   * Whether this process has seen that WHMCS_MARKER can be read back from WHMCS. Unless it is readable, an order whose
   * answer was lost may have to wait for a person.
   */
  marker: 'readable' | 'unreadable' | 'unknown' | 'none'
}

export function publicHealth(app: FastifyInstance, check: () => Promise<Readiness>): void {
  live(app)
  app.get('/health/ready', async (_request, reply) => {
    const { ready } = await check()
    return reply.code(ready ? 200 : 503).send({ ready })
  })
}

export function privateHealth(app: FastifyInstance, check: () => Promise<Readiness>): void {
  live(app)
  app.get('/health/ready', async (_request, reply) => {
    const readiness = await check()
    return reply.code(readiness.ready ? 200 : 503).send(readiness)
  })
}

function live(app: FastifyInstance): void {
  app.get('/health/live', () => ({ live: true }))
}
