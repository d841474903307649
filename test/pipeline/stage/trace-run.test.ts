import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { traceRun } from '../../../src/pipeline/stage/trace-run.ts'
import { workItem } from '../../helpers/items.ts'
import { idOf, keepSpans, parentOf, traceOf } from '../../helpers/spans.ts'

const spans = keepSpans()
const trace = (n: number) => `00-${String(n).repeat(32)}-${String(n).repeat(16)}-01`

t.test('traceRun gives each order of a batch a span in its own trace, linked to the batch', async (t) => {
  spans.clear()
  const items = [workItem({ traceparent: trace(1) }), workItem({ traceparent: trace(2) }), workItem()]
  const outcomes = await traceRun('callback', items, async () => [
    { kind: 'refresh' },
    { kind: 'fail', failure: new Failure('SALESFORCE_LIMIT') },
    { kind: 'refresh' },
  ])
  t.equal(outcomes.length, 3)
  const [batch] = spans.named('callback batch')
  const [one, two, other] = spans.named('callback')
  t.equal(traceOf(one), '1'.repeat(32))
  t.equal(parentOf(one), '1'.repeat(16))
  t.equal(traceOf(two), '2'.repeat(32))
  t.notOk(parentOf(other), 'an order without a trace begins one')
  t.match(two, {
    status: { code: 2 },
    attributes: { 'soapstone.code': 'SALESFORCE_LIMIT', 'soapstone.outcome': 'fail' },
  })
  for (const span of [one, two]) t.equal(span?.links[0]?.context.spanId, idOf(batch))
  t.same(
    batch?.links.map(({ context }) => context.traceId),
    ['1'.repeat(32), '2'.repeat(32)],
  )
  t.equal(batch?.attributes['soapstone.orders'], 3)
  t.notOk(parentOf(batch))
})

t.test('traceRun passes on what a trace can not be: half a header, another version', async (t) => {
  spans.clear()
  for (const traceparent of [
    '00-xyz',
    `01-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
  ]) {
    await traceRun('provision', [workItem({ traceparent })], async () => [{ kind: 'refresh' }])
  }
  t.same(spans.named('provision').map(parentOf), [undefined, undefined, undefined])
})
