import Fastify, { type FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { privateHealth, publicHealth, type Readiness } from '../../src/http/health.ts'

const READY: Readiness = { ready: true, ledger: 'up', paused: [], marker: 'readable' }
const AWAY: Readiness = { ready: false, ledger: 'down', paused: [], marker: 'unknown' }

type Health = (app: FastifyInstance, check: () => Promise<Readiness>) => void

function build(t: Test, health: Health, check: () => Promise<Readiness>) {
  const app = Fastify()
  t.teardown(() => app.close())
  health(app, check)
  return app
}

t.test('/health/live says only that the process turns', async (t) => {
  for (const health of [publicHealth, privateHealth]) {
    const reply = await build(t, health, () => Promise.reject(new Error('asked the ledger'))).inject('/health/live')
    t.equal(reply.statusCode, 200)
    t.same(reply.json(), { live: true })
  }
})

t.test('/health/ready says whether messages can be stored, in detail to those who look after us', async (t) => {
  const up = await build(t, privateHealth, async () => READY).inject('/health/ready')
  t.equal(up.statusCode, 200)
  t.same(up.json(), READY)
  const down = await build(t, privateHealth, async () => AWAY).inject('/health/ready')
  t.equal(down.statusCode, 503)
  t.same(down.json(), AWAY)
})

t.test('/health/ready tells the public nothing but yes or no', async (t) => {
  const pause = { step: 'callback', code: 'SALESFORCE_AWAY', message: 'a secret', since: '2026-10-01T09:00:00.000Z' }
  const up = await build(t, publicHealth, async () => ({ ...READY, paused: [pause] })).inject('/health/ready')
  t.equal(up.statusCode, 200)
  t.same(up.json(), { ready: true })
  const down = await build(t, publicHealth, async () => AWAY).inject('/health/ready')
  t.equal(down.statusCode, 503)
  t.same(down.json(), { ready: false })
})

t.test('/health/ready names the steps that stand still, and is ready all the same', async (t) => {
  const pause = {
    step: 'provision',
    code: 'WHMCS_ACCESS_REFUSED',
    message: 'Invalid IP',
    since: '2026-10-01T09:00:00.000Z',
  }
  const app = build(t, privateHealth, async () => ({ ...READY, paused: [pause] }))
  const reply = await app.inject('/health/ready')
  t.equal(reply.statusCode, 200)
  t.same(reply.json().paused, [pause])
})
