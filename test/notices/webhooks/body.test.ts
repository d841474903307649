import t from 'tap'
import { EVENT_TYPES } from '../../../src/domain/event.ts'
import { bodyOf } from '../../../src/notices/webhooks/body.ts'
import { sentenceOf } from '../../../src/notices/webhooks/sentence.ts'

const raised = {
  id: 'evt_1',
  type: 'alert.raised',
  happenedAt: new Date('2026-11-25T03:12:45.123Z'),
  data: {
    alertId: 'alr_1',
    kind: 'stage_paused',
    message: 'Stage provision stands still: a < b & c',
    category: 'stages',
  },
}
const body = (format: 'standard' | 'slack' | 'teams' | 'pagerduty', event = raised) =>
  bodyOf({ format, event, secrets: ['routing-key'] })

t.test('bodyOf writes what Standard Webhooks says', async (t) => {
  t.same(body('standard'), { type: 'alert.raised', timestamp: '2026-11-25T03:12:45.123Z', data: raised.data })
})

t.test('bodyOf writes a message of Slack, in which nothing is markup', async (t) => {
  t.same(body('slack'), { text: 'Soapstone: Stage provision stands still: a &lt; b &amp; c' })
})

t.test('bodyOf writes an adaptive card for Teams', async (t) => {
  t.match(body('teams'), {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: /stands still: a < b & c/, wrap: true }] },
      },
    ],
  })
})

t.test('bodyOf triggers an incident of PagerDuty and resolves the same', async (t) => {
  const triggered = { routing_key: 'routing-key', event_action: 'trigger', dedup_key: 'alr_1' }
  t.match(body('pagerduty'), {
    ...triggered,
    payload: { summary: /stands still/, source: 'soapstone', severity: 'error', timestamp: '2026-11-25T03:12:45.123Z' },
  })
  t.match(body('pagerduty', { ...raised, type: 'alert.resolved' }), { ...triggered, event_action: 'resolve' })
  const long = { ...raised, data: { ...raised.data, message: 'x'.repeat(2_000) } }
  const { payload } = { payload: undefined, ...body('pagerduty', long) }
  t.match(payload, { summary: /^.{1024}$/ })
})

t.test('sentenceOf has words for every type', async (t) => {
  for (const type of EVENT_TYPES) {
    const sentence = sentenceOf({ type, data: { orderNumber: '00000114', step: 'provision', message: 'm', code: 'C' } })
    t.notMatch(sentence, type, type)
    t.match(sentence, /^(?:Soapstone|Order 00000114|Notification|Stage provision)/)
  }
  t.equal(
    sentenceOf({ type: 'order.failed', data: { orderId: '801', code: 'C', message: 'm' } }),
    'Order 801 failed: C: m',
  )
})
