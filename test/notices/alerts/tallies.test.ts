import t from 'tap'
import { createTallies } from '../../../src/notices/alerts/tallies.ts'

function build() {
  const added: object[] = []
  const read: object[] = []
  const told: { kind: string; data: object }[] = []
  const failures: Error[] = []
  let time = 0
  const tallies = createTallies({
    ledger: {
      async add(seen) {
        const failure = failures.shift()
        if (failure) throw failure
        added.push(...seen)
      },
      read: async (readings) => void read.push(...readings),
      tell: async (refusals) => void told.push(...refusals),
    },
    ...{ everyMs: 1_000, now: () => time, mostRefusals: 2 },
  })
  const pass = (ms: number) => {
    time += ms
  }
  return { tallies, added, read, told, failures, pass }
}
const lost = { organizationId: '', kind: 'messages_refused', detail: 'malformed', count: 1 } as const

t.test('tallies are sums of what was seen since they were written, and the last value of what was read', async (t) => {
  const { tallies, added, read } = build()
  tallies.saw(lost)
  tallies.saw(lost)
  tallies.saw({ ...lost, detail: 'refused' })
  const budget = { organizationId: 'o', kind: 'salesforce_budget', subject: '', most: 100 } as const
  tallies.read({ ...budget, value: 50 })
  tallies.read({ ...budget, value: 49 })
  await tallies.job.turn()
  t.same(added, [
    { ...lost, count: 2 },
    { ...lost, detail: 'refused' },
  ])
  t.same(read, [{ ...budget, value: 49 }])
  await tallies.job.turn()
  t.equal(added.length, 2, 'and no more than once')
})

t.test('what the ledger did not take is written the next time', async (t) => {
  const { tallies, added, failures } = build()
  failures.push(new Error('the ledger is away'))
  tallies.saw(lost)
  await t.rejects(tallies.job.turn(), { message: 'the ledger is away' })
  tallies.saw(lost)
  await tallies.job.turn()
  t.same(added, [{ ...lost, count: 2 }])
})

t.test('refusals are told by kind with their number, so many a minute, and the rest with the next one', async (t) => {
  const { tallies, added, told, pass } = build()
  for (const kind of ['a', 'b', 'c'])
    tallies.refused(kind, { ip: '198.51.100.7', secret: 'never', detail: 'x'.repeat(300) }, 1)
  tallies.refused('a', { ip: '198.51.100.8', organizationId: '00D' }, 4)
  await tallies.job.turn()
  t.same(
    told.map(({ kind, data }) => ({ kind, ...data })),
    [
      { kind: 'a', category: 'security', count: 5, organizationId: '00D', address: '198.51.100.8' },
      { kind: 'b', category: 'security', count: 1, address: '198.51.100.7', detail: 'x'.repeat(200) },
    ],
  )
  t.match(added, [{ kind: 'security', detail: 'a', count: 5 }, {}, {}], 'all of them are counted')
  tallies.refused('c', {}, 1)
  await tallies.job.turn()
  t.equal(told.length, 2)
  pass(60_000)
  await tallies.job.turn()
  t.match(told[2], { kind: 'c', data: { count: 2 } })
})
