/** /health/live: the process turns. /health/ready: it can do its work - with the reasons where it can't. */
import type { FastifyInstance } from 'fastify'

export interface Readiness {
  /** Messages can be stored: what a load balancer must know. */
  ready: boolean
  ledger: 'up' | 'down'
  /** Steps that stand still. They don't make the process unready: messages are taken all the same. */
  paused: { step: string; code: string; message: string; since: string }[]
}

export function health(app: FastifyInstance, check: () => Promise<Readiness>): void {
  app.get('/health/live', () => ({ live: true }))
  app.get('/health/ready', async (_request, reply) => {
    const readiness = await check()
    return reply.code(readiness.ready ? 200 : 503).send(readiness)
  })
}
