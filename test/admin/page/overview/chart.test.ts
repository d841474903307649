import t from 'tap'
import { render } from '../../../../src/admin/page/html.ts'
import { chart } from '../../../../src/admin/page/overview/chart.ts'

const point = (hour: number, received: number, completed: number, dead: number) => ({
  at: new Date(Date.UTC(2026, 10, 25, hour)),
  ...{ received, completed, dead, ignored: 0, superseded: 0 },
})
const draw = (points: ReturnType<typeof point>[]) =>
  render(chart({ points, title: 'what happened', label: (at) => at.toISOString().slice(11, 16) }))

t.test('chart draws a bar for what completed and one for what failed, and says the same as a table', async (t) => {
  const svg = draw([point(1, 90, 80, 1), point(2, 0, 0, 0)])
  t.equal(svg.match(/<rect class="completed"/g)?.length, 1)
  t.equal(svg.match(/<rect class="dead"/g)?.length, 1)
  t.match(svg, /aria-label="what happened"/)
  t.match(svg, /<th scope="row">01:00<\/th><td>90<\/td><td>80<\/td><td>1<\/td>/)
  t.match(svg, /<text class="scale"[^>]*>100<\/text>/)
  t.notMatch(svg, / style=|NaN|Infinity/)
})

t.test('chart of nothing has lines and no bars', async (t) => {
  for (const svg of [draw([]), draw([point(1, 0, 0, 0)])]) t.notMatch(svg, /<rect|NaN|Infinity/)
})
