import t from 'tap'
import { createReadiness, type ReadinessOptions } from '../../src/service/readiness.ts'

const FINE: ReadinessOptions = {
  storing: { reason: async () => undefined },
  inspector: { pauses: async () => [] },
  markers: () => ['readable'],
  now: () => 0,
}

t.test('readiness names what stands still', async (t) => {
  const since = new Date('2026-10-01T09:00:00Z')
  const pause = { step: 'provision', code: 'WHMCS_ACCESS_REFUSED', message: 'Invalid IP', since }
  const inspector = {
    pauses: async () => [
      { ...pause, organization_id: 'x', worker: 'w', by_person: false, until: since, seconds_left: 3 },
    ],
  }
  t.same(await createReadiness({ ...FINE, inspector })(), {
    ready: true,
    ledger: 'up',
    paused: [{ ...pause, since: '2026-10-01T09:00:00.000Z' }],
    marker: 'readable',
  })
})

t.test('readiness is false while nothing can be stored, and says why', async (t) => {
  const storing = { reason: async () => 'the server is read-only' }
  t.same(await createReadiness({ ...FINE, storing })(), {
    ...{ ready: false, ledger: 'down', reason: 'the server is read-only', paused: [], marker: 'readable' },
  })
})

t.test('readiness does not depend on what can not be read', async (t) => {
  const inspector = { pauses: () => Promise.reject(new Error('too slow')) }
  t.match(await createReadiness({ ...FINE, inspector })(), { ready: true, paused: [] })
})

t.test('readiness asks the ledger no more often than it changes, whoever asks how often', async (t) => {
  let [asked, clock] = [0, 0]
  const reason = async () => {
    asked += 1
    return undefined
  }
  const readiness = createReadiness({ ...FINE, storing: { reason }, now: () => clock })
  await Promise.all(Array.from({ length: 3_000 }, readiness))
  await readiness()
  t.equal(asked, 1)
  clock = 1_000
  await readiness()
  t.equal(asked, 2)
})

t.test('readiness shows the worst marker of all organisations', async (t) => {
  const shown = async (...markers: ReturnType<ReadinessOptions['markers']>) =>
    (await createReadiness({ ...FINE, markers: () => markers })()).marker
  t.equal(await shown('readable', 'unreadable', 'unknown', 'none'), 'unreadable')
  t.equal(await shown('none', 'readable', 'unknown'), 'unknown')
  t.equal(await shown('none', 'readable'), 'readable')
  t.equal(await shown('none'), 'none')
})
