import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { health, type Readiness } from '../../src/http/health.ts'

const READY: Readiness = { ready: true, ledger: 'up', paused: [], marker: 'readable' }

function build(t: Test, check: () => Promise<Readiness>) {
  const app = Fastify()
  t.teardown(() => app.close())
  health(app, check)
  return app
}

t.test('/health/live says only that the process turns', async (t) => {
  const app = build(t, () => Promise.reject(new Error('asked the ledger')))
  const reply = await app.inject('/health/live')
  t.equal(reply.statusCode, 200)
  t.same(reply.json(), { live: true })
})

t.test('/health/ready says whether messages can be stored', async (t) => {
  const up = await build(t, async () => READY).inject('/health/ready')
  t.equal(up.statusCode, 200)
  t.same(up.json(), READY)
  const away: Readiness = { ready: false, ledger: 'down', paused: [], marker: 'unknown' }
  const down = await build(t, async () => away).inject('/health/ready')
  t.equal(down.statusCode, 503)
  t.same(down.json(), away)
})

t.test('/health/ready names the steps that stand still, and is ready all the same', async (t) => {
  const pause = {
    step: 'provision',
    code: 'WHMCS_ACCESS_REFUSED',
    message: 'Invalid IP',
    since: '2026-10-01T09:00:00.000Z',
  }
  const reply = await build(t, async () => ({ ...READY, paused: [pause] })).inject('/health/ready')
  t.equal(reply.statusCode, 200)
  t.same(reply.json().paused, [pause])
})
