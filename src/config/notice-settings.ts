/** Settings of what others are told: webhooks and alerts. */
import { FORMATS } from '../domain/event.ts'
import { setting } from './setting.ts'
import { durationBetween, oneOf, quietHours, share, wholeNumber } from './values.ts'
import { webhookSecret, webhookUrl } from './webhook-values.ts'

export const NOTICE_SETTINGS = {
  WEBHOOK_ALLOW_PRIVATE: setting({
    meaning: '`true`: webhooks may lead into our own network, and be http. Otherwise only https into the open internet',
    default: 'false',
    ...oneOf('true', 'false'),
  }),
  WEBHOOK_TIMEOUT: setting({
    meaning: 'How long to wait for the answer of a webhook',
    default: '10s',
    ...durationBetween('100ms', '30s'),
  }),
  NOTICE_DAYS: setting({
    meaning: 'How long events, their deliveries and resolved alerts stay in the ledger',
    default: '30',
    ...wholeNumber(1, 3_650),
  }),
  ALERT_WEBHOOK: setting({ meaning: 'Where alerts are sent', secret: true, parse: webhookUrl }),
  SECURITY_ALERT_WEBHOOK: setting({
    meaning: 'Where refused requests and alerts about security are sent',
    secret: true,
    parse: webhookUrl,
  }),
  ALERT_WEBHOOK_SECRET: setting({
    meaning: 'Signs what is sent to these two. For PagerDuty its integration key',
    secret: true,
    allowed: '`whsec_` and 16 to 64 bytes in base64; for PagerDuty 32 letters and digits',
    parse: webhookSecret,
  }),
  ALERT_FORMAT: setting({
    meaning: 'What these two take: `standard` is Standard Webhooks',
    default: 'standard',
    ...oneOf(...FORMATS),
  }),
  ALERT_WINDOW: setting({
    meaning: 'How far back alerts look that count something',
    default: '15m',
    ...durationBetween('10s', '1d'),
  }),
  ALERT_FAILURE_RATE: setting({
    meaning: 'Share of the orders that ended in `ALERT_WINDOW` which may fail, where there were 10 or more',
    default: '0.1',
    ...share(),
  }),
  ALERT_OLDEST: setting({
    meaning: 'How long an order may be open',
    default: '30m',
    ...durationBetween('1s', '30d'),
  }),
  ALERT_DEAD_LETTERS: setting({
    meaning: 'So many dead letters are an alert',
    default: '1',
    ...wholeNumber(1, 1_000_000),
  }),
  ALERT_SECURITY_BURST: setting({
    meaning: 'So many refused or suspicious requests within a minute are an alert',
    default: '10',
    ...wholeNumber(1, 1_000_000),
  }),
  ALERT_MESSAGES_REFUSED: setting({
    meaning: 'So many outbound messages refused in `ALERT_WINDOW` are an alert: what they told of is lost after a day',
    default: '5',
    ...wholeNumber(1, 1_000_000),
  }),
  ALERT_SALESFORCE_BUDGET: setting({
    meaning: "Share of Salesforce's daily calls that is to be left",
    default: '0.1',
    ...share(),
  }),
  ALERT_EXPIRY: setting({
    meaning: 'How long before certificates and tokens expire somebody is told',
    default: '14d',
    ...durationBetween('1h', '365d'),
  }),
  ALERT_LEDGER_SIZE: setting({
    meaning: 'How large the database may become, GiB: at nine tenths of it somebody is told. Unset: nobody',
    ...wholeNumber(1, 1_000_000, 1024 ** 3),
  }),
  ALERT_QUIET_HOURS: setting({
    meaning: 'When nobody is told of alerts: `22:00-06:00 Europe/Berlin`. What still holds at their end is told then',
    allowed: 'two times of day, and a time zone (UTC when absent)',
    parse: quietHours,
  }),
}
