/** What the settings of alerts say together. */
import type { Format } from '../domain/event.ts'

export interface AlertSettings {
  WEBHOOK_ALLOW_PRIVATE?: 'true' | 'false'
  ALERT_WEBHOOK?: string | undefined
  SECURITY_ALERT_WEBHOOK?: string | undefined
  ALERT_WEBHOOK_SECRET?: string | undefined
  ALERT_FORMAT?: Format
}

/** What would only show when the first alert does not arrive. */
export function checkAlerts(settings: AlertSettings, problems: string[]): void {
  const { ALERT_WEBHOOK_SECRET: secret, ALERT_FORMAT: format } = settings
  for (const name of ['ALERT_WEBHOOK', 'SECURITY_ALERT_WEBHOOK'] as const) {
    if (settings[name]?.startsWith('http:') && settings.WEBHOOK_ALLOW_PRIVATE !== 'true')
      problems.push(`${name} must begin with https (http only with WEBHOOK_ALLOW_PRIVATE=true)`)
  }
  const isKey = secret !== undefined && !secret.startsWith('whsec_')
  if (format === 'pagerduty' && !isKey)
    problems.push('ALERT_FORMAT is pagerduty: put its integration key into ALERT_WEBHOOK_SECRET')
  if (format !== 'pagerduty' && isKey)
    problems.push('ALERT_WEBHOOK_SECRET is a key of PagerDuty: set ALERT_FORMAT=pagerduty, or give a whsec_ secret')
}
