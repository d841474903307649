import t from 'tap'
import { render } from '../../../../src/admin/page/html.ts'
import { figures } from '../../../../src/admin/page/overview/figures.ts'

const point = (received: number, completed: number, dead: number) => ({
  at: new Date('2026-11-25T01:00:00Z'),
  ...{ received, completed, dead, ignored: 0, superseded: 0 },
})
const NOTHING = { p50Seconds: undefined, p95Seconds: undefined, messages: 0 }

function textOf(points: ReturnType<typeof point>[], before: ReturnType<typeof point>[] = []): string {
  const given: Parameters<typeof figures>[0] = { points, before, latency: { ack: NOTHING, order: NOTHING } }
  return render(figures(given))
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

t.test('figures give the share of orders that succeeded, rounded down, so that 100 % is all of them', async (t) => {
  t.match(textOf([point(2_000, 1_999, 1)]), /Success 99\.9 % 1 failed/)
  t.match(textOf([point(3, 3, 0)]), /Success 100 % none failed/)
  t.match(textOf([point(3, 0, 0)]), /Success – none failed/)
})
