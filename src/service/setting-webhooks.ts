/** The webhooks that the settings name, kept in the ledger like the others: all processes must have the same settings. */
import type { Config } from '../config/read.ts'
import type { WebhookOfSetting } from '../ledger/notices/webhooks.ts'

export type AlertSettings = Pick<
  Config,
  'ALERT_WEBHOOK' | 'SECURITY_ALERT_WEBHOOK' | 'ALERT_WEBHOOK_SECRET' | 'ALERT_FORMAT'
>

export interface KeptWebhooks {
  keep(webhook: WebhookOfSetting): Promise<void>
  drop(id: string): Promise<void>
}

const ALERTS = ['alert.raised', 'alert.resolved']

export async function keepWebhooksOfSettings(webhooks: KeptWebhooks, settings: AlertSettings): Promise<void> {
  const { ALERT_WEBHOOK_SECRET: secret, ALERT_FORMAT: format } = settings
  const common = { secret, format }
  // An incident of PagerDuty needs an end, which a refused request has not.
  const security = format === 'pagerduty' ? ALERTS : [...ALERTS, 'security.refused']
  await keep('alert-webhook', { ...common, url: settings.ALERT_WEBHOOK, types: ALERTS, filter: {} })
  await keep('security-alert-webhook', {
    ...common,
    url: settings.SECURITY_ALERT_WEBHOOK,
    types: security,
    filter: { category: 'security' },
  })

  async function keep(id: string, webhook: Omit<WebhookOfSetting, 'id' | 'url'> & { url: string | undefined }) {
    const { url } = webhook
    if (url === undefined) await webhooks.drop(id)
    else await webhooks.keep({ ...webhook, id, url })
  }
}
