import t from 'tap'
import { type AlertSettings, checkAlerts } from '../../src/config/alerts.ts'

const KEY = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6'
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

function problemsOf(settings: AlertSettings): string[] {
  const problems: string[] = []
  checkAlerts({ ALERT_FORMAT: 'standard', WEBHOOK_ALLOW_PRIVATE: 'false', ...settings }, problems)
  return problems
}

t.test('checkAlerts minds what can never arrive', async (t) => {
  const http = { ALERT_WEBHOOK: 'http://hooks/', SECURITY_ALERT_WEBHOOK: 'http://hooks/' }
  t.match(problemsOf(http), [/^ALERT_WEBHOOK must begin with https/, /^SECURITY_ALERT_WEBHOOK must/])
  t.same(problemsOf({ ...http, WEBHOOK_ALLOW_PRIVATE: 'true' }), [])
  t.same(problemsOf({ ALERT_WEBHOOK: 'https://hooks.example.com/' }), [])
})

t.test('checkAlerts wants a key for PagerDuty, and for nobody else', async (t) => {
  for (const secret of [undefined, SECRET])
    t.match(problemsOf({ ALERT_FORMAT: 'pagerduty', ALERT_WEBHOOK_SECRET: secret }), [/put its integration key/])
  t.same(problemsOf({ ALERT_FORMAT: 'pagerduty', ALERT_WEBHOOK_SECRET: KEY }), [])
  t.match(problemsOf({ ALERT_FORMAT: 'slack', ALERT_WEBHOOK_SECRET: KEY }), [/set ALERT_FORMAT=pagerduty/])
  t.same(problemsOf({ ALERT_WEBHOOK_SECRET: SECRET }), [])
})
