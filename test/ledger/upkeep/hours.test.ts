import t, { type Test } from 'tap'
import { throughput } from '../../../src/ledger/people/figures.ts'
import { sumHoursThatAreOver } from '../../../src/ledger/upkeep/hours.ts'
import { type Bench, createBench } from '../../helpers/ledger.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { fillFinal, notificationId } from '../../helpers/old-ledger.ts'

const HOUR = 3_600_000
const hourOf = (ms: number) => new Date(Math.floor(ms / HOUR) * HOUR)
/** 200 in 90 days: one in about eleven hours. */
const ROWS = 200

async function setUp(t: Test) {
  const bench = await createBench(t)
  await fillFinal(bench.pool, { from: 1, to: ROWS + 1 })
  const sum = () => sumHoursThatAreOver(bench.pool, { most: 10_000, days: 400 })
  return { bench, sum }
}

function ask(bench: Bench, since: Date, until: Date, bucket: string) {
  return throughput(bench.pool, { since, until, bucket })
}

t.test('throughput says the same before and after hours were counted', async (t) => {
  const { bench, sum } = await setUp(t)
  const now = Date.now()
  const ranges: [Date, Date, string][] = [
    [hourOf(now - 90 * 24 * HOUR), new Date(now), '1 day'],
    [hourOf(now - 90 * 24 * HOUR), new Date(now), '1 hour'],
    [new Date(now - 60 * 24 * HOUR), new Date(now - 30 * 24 * HOUR), '1 day'],
    [new Date(now - 60 * 24 * HOUR), new Date(now - 30 * 24 * HOUR), '1 minute'],
    [new Date(now - 60_000), new Date(now), '1 hour'],
    [new Date(now - 2 * HOUR), new Date(now - 2 * HOUR + 60_000), '1 hour'],
  ]
  const all = async () => {
    const answers = []
    for (const [since, until, bucket] of ranges) answers.push(await ask(bench, since, until, bucket))
    return answers
  }
  const before = await all()
  t.equal(
    before[0]?.reduce((total, { received }) => total + received, 0),
    ROWS,
  )
  t.ok((await sum()) > 2_000, 'an hour without anything is counted as well')
  t.same(await all(), before)
  t.equal(await sum(), 0, 'nothing is left to count')
  await bench.rows('update ledger.hour set received = received + 1000')
  t.not((await all())[0]?.[0]?.received, before[0]?.[0]?.received, 'they are what is read')
})

t.test('what is replayed ends in another hour, and stays in the one that it was given up in', async (t) => {
  const { bench, sum } = await setUp(t)
  await sum()
  const since = hourOf(Date.now() - 91 * 24 * HOUR)
  const dead = async () => {
    const hours = await ask(bench, since, new Date(), '1 hour')
    return hours.reduce((total, one) => total + one.dead, 0)
  }
  t.equal(await dead(), 1)
  await bench.value("select ledger.replay($1, $2, 'again')", [ORGANIZATION, notificationId(1)])
  t.equal(await dead(), 1)
})

t.test('sumHours counts no hour in which a transaction may still be at work, and forgets what is old', async (t) => {
  const { bench, sum } = await setUp(t)
  await sum()
  const [last] = await bench.rows(
    `select max(hour) <= now() - interval '65 minutes' as is_over, max(hour) > now() - interval '126 minutes' as is_last from ledger.hour`,
  )
  t.same(last, { is_over: true, is_last: true })
  await sumHoursThatAreOver(bench.pool, { most: 1, days: 30 })
  const [first] = await bench.rows(`select min(hour) >= now() - interval '30 days' as is_young from ledger.hour`)
  t.same(first, { is_young: true })
  t.equal(await sum(), 0, 'what was forgotten is not counted again')
})

t.test('of several processes one counts hours', async (t) => {
  const { bench, sum } = await setUp(t)
  const counted = await Promise.all([sum(), sum(), sum()])
  const [row] = await bench.rows('select count(*)::integer as hours from ledger.hour')
  t.equal(
    counted.reduce((total, hours) => total + hours, 0),
    row?.hours,
  )
})
