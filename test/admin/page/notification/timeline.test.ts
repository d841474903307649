import t from 'tap'
import { render } from '../../../../src/admin/page/html.ts'
import { timeline } from '../../../../src/admin/page/notification/timeline.ts'

const NOW = new Date('2026-11-25T12:00:00Z')
const minute = (n: number) => new Date(NOW.getTime() - 3_600_000 + n * 60_000)
type Shown = Parameters<typeof timeline>[0]

function attempt(n: number, given: Partial<Shown['attempts'][number]>): Shown['attempts'][number] {
  return {
    ...{ attemptNo: n, step: 'callback', worker: 'w1', startedAt: minute(n), finishedAt: minute(n), outcome: 'retry' },
    ...{ code: undefined, message: undefined, exchanges: undefined },
    ...given,
  }
}

/** A line for each thing that happened. */
function linesOf(attempts: Shown['attempts']): string[] {
  const notification = { source: 'sweep', state: 'pending', receivedAt: minute(0) } as Shown['notification']
  const message = { actionId: '', hasSession: false, fields: {} }
  const drawn = render(timeline({ notification, attempts, acts: [], provisioning: undefined, message }, NOW))
  return drawn
    .split('<time')
    .slice(1)
    .map((line) => line.replaceAll(/<[^>]+>/g, ' '))
}

t.test('tries that failed alike are folded into one, and one alone is no list', (t) => {
  const alike = { outcome: 'retry', code: 'SALESFORCE_LIMIT' } as const
  const lines = linesOf([attempt(1, alike), attempt(2, alike), attempt(3, alike), attempt(4, { outcome: 'advanced' })])
  t.equal(lines.filter((line) => line.includes('Each of the 3')).length, 1)
  t.equal(lines.filter((line) => line.includes('3 times')).length, 1)
  t.notMatch(lines.join('\n'), /Each of the 1|1 times/)
  t.end()
})
