import t from 'tap'
import { readiness } from '../../src/service/readiness.ts'

const NONE = { pauses: async () => [] }

t.test('readiness names what stands still', async (t) => {
  const since = new Date('2026-10-01T09:00:00Z')
  const pause = { step: 'provision', code: 'WHMCS_ACCESS_REFUSED', message: 'Invalid IP', since }
  const inspector = { pauses: async () => [{ ...pause, organization_id: 'x', worker: 'w', seconds_left: 3 }] }
  t.same(await readiness(inspector, ['readable']), {
    ready: true,
    ledger: 'up',
    paused: [{ ...pause, since: '2026-10-01T09:00:00.000Z' }],
    marker: 'readable',
  })
})

t.test('readiness is false while the ledger is away', async (t) => {
  const away = { pauses: () => Promise.reject(new Error('away')) }
  t.same(await readiness(away, ['readable']), { ready: false, ledger: 'down', paused: [], marker: 'readable' })
})

t.test('readiness shows the worst marker of all organisations', async (t) => {
  const shown = async (...markers: Parameters<typeof readiness>[1]) => (await readiness(NONE, markers)).marker
  t.equal(await shown('readable', 'unreadable', 'unknown', 'none'), 'unreadable')
  t.equal(await shown('none', 'readable', 'unknown'), 'unknown')
  t.equal(await shown('none', 'readable'), 'readable')
  t.equal(await shown('none'), 'none')
})
