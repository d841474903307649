/** Statements about webhooks, deliveries and alerts. One webhook of two is asked for, and ten of its deliveries. */
import { ORGANIZATION } from '../../helpers/messages.ts'
import type { Case } from './plan-cases.ts'

const TEN = 10
const PAGE = 50
/** What is removed at a time. */
const BATCH = 500
const ten = <T>(value: (i: number) => T) => Array.from({ length: TEN }, (_, i) => value(i))
const all = <T>(value: T) => ten(() => value)
const of = (query: string, title: string, values: Record<string, unknown> = {}, about = TEN): Case => ({
  query,
  title,
  values,
  about,
})

const webhook = { webhook_id: 'whk_1' }
const delivery = { organization_id: ORGANIZATION, ...webhook, event_no: '7' }
const settled = {
  worker: 'w',
  organization_id: all(ORGANIZATION),
  webhook_id: all('whk_1'),
  event_no: ten((i) => String(i)),
  lease_no: all(1),
  state: all('delivered'),
  delay_ms: all(null),
  status: all(200),
  error: all(null),
  answer: all(null),
  gone: all(false),
  patience: '5 days',
  rest: '1 second',
}
const busy = { webhook_id: [], busy: [], each: TEN, most: 256, type: [] }
const acting = '{"name": "anna", "via": "cli"}'
const added = {
  ...webhook,
  url: 'https://hooks.example.com',
  types: ['order.failed'],
  filter: '{}',
  secret: 'whsec_',
}

export const NOTICES: Case[] = [
  of('claim-deliveries', 'ten', { worker: 'w', lease: '60 seconds', ...busy }),
  of('settle-deliveries', 'ten leases', settled),
  of('begin-test', 'a webhook', { ...webhook, worker: 'w', lease: '60 seconds' }),
  of('webhooks', 'all'),
  of('add-webhook', 'one', { ...added, webhook_id: 'whk_new', acting }),
  of('change-webhook', 'one', { ...webhook, types: [], state: 'active', acting }),
  of('remove-webhook', 'one', { ...webhook, acting }),
  of('rotate-webhook', 'one', { ...webhook, secret: 'whsec_', overlap: '1 day', acting }),
  of('keep-webhook', 'one', { ...added, format: 'standard' }),
  of('drop-webhook', 'one', webhook),
  of('deliveries', 'a page', { ...webhook, most: PAGE }, PAGE),
  of('delivery', 'one', delivery),
  of('redeliver', 'one', delivery),
  of('begin-evaluate', 'a lock'),
  // All that is open or dead, and five thousand of those that ended.
  of('measures', 'all', { lookback: '15 minutes', size_wanted: true, soon: '14 days' }, 1_000),
  of('change-alerts', 'ten', {
    organization_id: all(ORGANIZATION),
    kind: all('dead_letters'),
    category: all('orders'),
    subject: ten(String),
    message: all('m'),
    value: all(1),
    threshold: all(1),
    lingers: all(false),
    calm: '10 seconds',
  }),
  of('tell-alerts', 'all'),
  of('write-tallies', 'ten', { organization_id: all(''), kind: all('security'), detail: ten(String), seen: all(1) }),
  of('write-readings', 'ten', {
    organization_id: all(''),
    kind: all('certificate_expiry'),
    subject: ten(String),
    value: all(1),
    most: all(null),
  }),
  of('tell-refusals', 'ten', { organization_id: all(''), subject: ten(String), data: all('{}') }),
  of('retire-notices', 'a batch', { kept_for: '30 days' }, BATCH),
]
