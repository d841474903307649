import t from 'tap'
import { createWebhooks } from '../../src/ledger/notices/webhooks.ts'
import { type AlertSettings, keepWebhooksOfSettings } from '../../src/service/setting-webhooks.ts'
import { createBench } from '../helpers/ledger.ts'

const NONE: AlertSettings = {
  ALERT_WEBHOOK: undefined,
  SECURITY_ALERT_WEBHOOK: undefined,
  ALERT_WEBHOOK_SECRET: undefined,
  ALERT_FORMAT: 'standard',
}

t.test('the webhooks of the settings are there as long as the settings name them', async (t) => {
  const bench = await createBench(t)
  const keep = (settings: Partial<AlertSettings>) =>
    keepWebhooksOfSettings(createWebhooks(bench.pool), { ...NONE, ...settings })
  const rows = () =>
    bench.rows('select webhook_id, url, types, filter, format, state, secrets from ledger.webhook order by webhook_id')
  await keep({ ALERT_WEBHOOK: 'https://a/', SECURITY_ALERT_WEBHOOK: 'https://s/', ALERT_WEBHOOK_SECRET: 'whsec_x' })
  t.match(await rows(), [
    { webhook_id: 'alert-webhook', url: 'https://a/', types: ['alert.raised', 'alert.resolved'], filter: {} },
    { webhook_id: 'security-alert-webhook', types: ['alert.raised', 'alert.resolved', 'security.refused'] },
  ])
  t.match(await rows(), [{ secrets: [{ secret: 'whsec_x' }] }, { filter: { category: 'security' } }])
  await bench.rows(`update ledger.webhook set state = 'disabled'`)
  await keep({ ALERT_WEBHOOK: 'https://b/', ALERT_FORMAT: 'slack' })
  t.match(await rows(), [
    { webhook_id: 'alert-webhook', url: 'https://b/', format: 'slack', state: 'active', secrets: [] },
  ])
  t.equal((await rows()).length, 1)
  await keep({})
  t.same(await rows(), [])
})

t.test('a webhook that somebody has made stays as it is', async (t) => {
  const bench = await createBench(t)
  const webhooks = createWebhooks(bench.pool)
  const own = { id: 'whk_own', url: 'https://own/', types: ['order.failed'], filter: {} }
  await webhooks.add({ ...own, description: undefined, secret: 'whsec_x', by: { name: 'anna', via: 'cli' } })
  await keepWebhooksOfSettings(webhooks, NONE)
  t.match(await webhooks.list(), [{ id: 'whk_own', url: 'https://own/' }])
})
