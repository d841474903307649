import t from 'tap'
import { FAILURES, type FailureCode } from '../../../src/domain/codes.ts'
import { restAfter, TIMES } from '../../../src/doors/platform-events/times.ts'

const times = { ...TIMES, lease: 25_000, takeEvery: 3_750 }
const rest = (code: FailureCode, failures = 1, random = 1) => restAfter(code, failures, times, () => random)

t.test('restAfter waits longer each time, up to a minute, and not all wait alike', async (t) => {
  t.same(
    [1, 2, 3, 7, 100].map((n) => rest('EVENTS_UNAVAILABLE', n)),
    [1_000, 2_000, 4_000, 60_000, 60_000],
  )
  t.equal(rest('EVENTS_UNAVAILABLE', 1, 0), 500)
})

t.test('restAfter gives who has to change something a quarter of an hour', async (t) => {
  for (const code of ['EVENTS_LIMIT', 'EVENTS_FORBIDDEN', 'EVENTS_TOPIC_UNKNOWN', 'EVENTS_NOT_LICENSED'] as const) {
    t.equal(rest(code), 15 * 60_000, code)
    t.equal(FAILURES[code].class, 'pause')
  }
  t.equal(rest('EVENTS_TOO_MANY'), 2 * 60_000)
})

t.test('restAfter goes on at once after a lost position, but not again and again', async (t) => {
  t.equal(rest('EVENTS_POSITION_LOST', 1), 0)
  t.ok(rest('EVENTS_POSITION_LOST', 2) >= 1_000)
})
