import t from 'tap'
import { createHistory, type Moment } from '../../../src/ledger/postgres/history.ts'

const NOW: Moment = { system: 'a', timeline: 2, position: 1_000n }

t.test('a server that goes on from what is known is used', async (t) => {
  const history = createHistory()
  t.equal(history.judge(NOW), undefined)
  history.confirmed({ ...NOW, position: 1_500n })
  for (const later of [
    { ...NOW, position: 1_500n },
    { ...NOW, timeline: 3, position: 1_600n },
    { ...NOW, timeline: 3, position: 1_501n },
  ]) {
    t.equal(history.judge(later), undefined)
  }
})

t.test('a server that lacks a confirmed commit is not used, on whatever timeline', async (t) => {
  for (const timeline of [2, 3]) {
    const history = createHistory()
    history.judge(NOW)
    history.confirmed({ ...NOW, position: 1_500n })
    t.match(history.judge({ ...NOW, timeline, position: 1_499n }), /gone back in time, by 1 bytes.*soapstone sweep/)
  }
})

t.test('what was written and not confirmed is not missed', async (t) => {
  const history = createHistory()
  history.judge({ ...NOW, position: 9_000n })
  t.equal(history.judge({ ...NOW, timeline: 3, position: 1_000n }), undefined)
})

t.test('an old primary is not used once the new one has been seen', async (t) => {
  const history = createHistory()
  history.judge(NOW)
  history.judge({ ...NOW, timeline: 3 })
  t.ok(history.isOutdated(NOW))
  t.match(history.judge({ ...NOW, position: 1_000_000n }), /an old primary, of timeline 2.*timeline 3/)
  t.notOk(history.isOutdated({ ...NOW, timeline: 3 }))
  history.confirmed({ ...NOW, position: 5_000n })
  t.equal(
    history.judge({ ...NOW, timeline: 3, position: 1_001n }),
    undefined,
    'what the old one confirms counts for nothing',
  )
})

t.test('another cluster is not used', async (t) => {
  const history = createHistory()
  history.judge(NOW)
  t.match(history.judge({ ...NOW, system: 'b', timeline: 9 }), /another cluster of servers \(b\) than before \(a\)/)
})

t.test('a takeover is told once', async (t) => {
  const history = createHistory()
  let told = 0
  history.onTakeover(() => {
    told += 1
  })
  for (const timeline of [2, 2, 3, 3, 2]) history.judge({ ...NOW, timeline })
  t.equal(told, 1)
})
