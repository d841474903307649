import t from 'tap'
import { readFilter } from '../../src/operations/filter.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const read = (asked: Parameters<typeof readFilter>[0]) => readFilter(asked, NOW)

t.test('readFilter takes every filter, and none', async (t) => {
  const nothing = Object.values(read({})).filter((value) => value !== undefined)
  t.same(nothing, [])
  t.match(
    read({
      state: 'dead',
      step: 'provision',
      code: 'ORDER_EMPTY',
      record: '801Ss000003aBcD',
      organization: '00DSs0000000001',
    }),
    {
      state: 'dead',
      step: 'provision',
      code: 'ORDER_EMPTY',
      record: '801Ss000003aBcDIAU',
      organization: '00DSs0000000001MAA',
    },
  )
})

t.test('readFilter reads times as people write them', async (t) => {
  const cases: [string, string][] = [
    ['2026-11-25', '2026-11-25T00:00:00.000Z'],
    ['2026-11-25T08:30', '2026-11-25T08:30:00.000Z'],
    ['2026-11-25 08:30:15', '2026-11-25T08:30:15.000Z'],
    ['2026-11-25T08:30:15.250Z', '2026-11-25T08:30:15.250Z'],
    ['2026-11-25T08:30:00+02:00', '2026-11-25T06:30:00.000Z'],
    ['90s', '2026-11-25T11:58:30.000Z'],
    ['15m', '2026-11-25T11:45:00.000Z'],
    ['2h', '2026-11-25T10:00:00.000Z'],
    ['7d', '2026-11-18T12:00:00.000Z'],
  ]
  for (const [text, iso] of cases) {
    t.equal(read({ since: text }).since?.toISOString(), iso, text)
    t.equal(read({ until: text }).until?.toISOString(), iso, text)
  }
})

t.test('readFilter refuses what it does not understand, and never widens the question', async (t) => {
  const ids = [
    '',
    ' ',
    'x',
    '801Ss000003aBc',
    '801Ss000003aBcDI',
    '801Ss000003aBcDIAYx',
    '801Ss000003aB-D',
    "' or ''='",
  ]
  const times = [
    '',
    'soon',
    '2026-13-01',
    '2026-02-30',
    '2026-11-25T25:00',
    '2h30m',
    '-2h',
    '1.5h',
    '25.11.2026',
    '2h ago',
  ]
  const asked: Parameters<typeof readFilter>[0][] = [
    ...ids.map((record) => ({ record })),
    ...times.flatMap((time) => [{ since: time }, { until: time }]),
    { state: 'Dead' },
    { state: '' },
    { step: 'write-back' },
    { code: 'order_empty' },
    { code: '' },
  ]
  for (const one of asked) {
    t.throws(() => read(one), { name: 'Refusal', kind: 'invalid' }, JSON.stringify(one))
  }
})
