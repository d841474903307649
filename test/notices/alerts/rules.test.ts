import t from 'tap'
import { ALERT_KINDS } from '../../../src/notices/alerts/kinds.ts'
import { type AlertRules, type Measure, toCondition } from '../../../src/notices/alerts/rules.ts'

const DAY = 86_400
const RULES: AlertRules = {
  windowMs: 900_000,
  failureRate: 0.1,
  oldestMs: 1_800_000,
  deadLetters: 5,
  securityBurst: 10,
  messagesRefused: 5,
  budget: 0.1,
  expiryMs: 14 * DAY * 1_000,
  ledgerSize: 10 * 1024 ** 3,
}
const measure = (kind: string, value: number, more: Partial<Measure> = {}): Measure => ({
  ...{ kind, organizationId: '', subject: '', value, amount: undefined, words: undefined },
  ...more,
})
const state = (...[kind, value, more]: Parameters<typeof measure>) => {
  const condition = toCondition(measure(kind, value, more), RULES)
  if (condition === undefined) return 'well'
  return condition.lingers ? 'lingers' : 'holds'
}

t.test('a measure is an alert from its threshold on, and well again only clearly below', async (t) => {
  const cases: [string, [number, number, number], Partial<Measure>?][] = [
    ['failure_rate', [0.07, 0.09, 0.1], { amount: 10 }],
    ['oldest_waiting', [1_000, 1_500, 1_800]],
    ['dead_letters', [3, 4, 5]],
    ['security_burst', [7, 9, 10]],
    ['messages_refused', [3, 4, 5]],
    ['salesforce_budget', [1_300, 1_100, 1_000], { amount: 10_000 }],
    ['ledger_full', [7 * 1024 ** 3, 8.5 * 1024 ** 3, 9 * 1024 ** 3]],
    ['no_worker', [40, 50, 60]],
    ['subscription_down', [200, 250, 300]],
  ]
  for (const [kind, [well, lingers, holds], more] of cases) {
    t.same(
      [well, lingers, holds].map((value) => state(kind, value, more)),
      ['well', 'lingers', 'holds'],
      kind,
    )
  }
})

t.test('what has no middle holds or is well', async (t) => {
  t.equal(state('stage_paused', 0.1), 'holds')
  t.equal(state('sweep_found', 1), 'holds')
  t.same(
    [15 * DAY, 14 * DAY, -1].map((seconds) => state('certificate_expiry', seconds)),
    ['well', 'holds', 'holds'],
  )
  t.equal(state('salesforce_budget', 0, { amount: 10_000 }), 'holds')
})

t.test('a few orders say nothing of a rate', async (t) => {
  t.equal(state('failure_rate', 1, { amount: 9 }), 'well')
})

t.test('what nobody knows, or nobody minds, is no alert', async (t) => {
  t.equal(state('weather', 100), 'well')
  t.equal(toCondition(measure('ledger_full', 1e15), { ...RULES, ledgerSize: undefined }), undefined)
})

t.test('every alert says in one sentence what is the matter', async (t) => {
  const words: Record<string, [Measure, RegExp]> = {
    failure_rate: [
      measure('failure_rate', 0.5, { amount: 10, words: '5 of 10' }),
      /^50 % of the orders that ended in the last 15m failed \(5 of 10\)$/,
    ],
    stage_paused: [
      measure('stage_paused', 9, { subject: 'provision', words: 'X: y' }),
      /^stage provision stands still: X: y$/,
    ],
    oldest_waiting: [measure('oldest_waiting', 3_720), /^an order has been open for 1h 2m: /],
    dead_letters: [measure('dead_letters', 7), /^7 dead letters wait for a person/],
    sweep_found: [measure('sweep_found', 2), /^a sweep found 2 orders/],
    messages_refused: [
      measure('messages_refused', 9, { words: 'malformed 9' }),
      /^9 outbound messages were refused .*\(malformed 9\)$/,
    ],
    security_burst: [
      measure('security_burst', 20, { words: 'wrong_key 20' }),
      /^20 refused or suspicious .*\(wrong_key 20\)$/,
    ],
    salesforce_budget: [measure('salesforce_budget', 5, { amount: 1_000 }), /^5 of 1000 calls to Salesforce are left/],
    certificate_expiry: [
      measure('certificate_expiry', 6 * DAY, { subject: 'token portal' }),
      /^token portal expires in 6d$/,
    ],
    ledger_full: [measure('ledger_full', 9.5 * 1024 ** 3), /^the database has 9.5 GiB of 10.0 GiB$/],
    subscription_down: [
      measure('subscription_down', 400, { subject: '/data/X', words: 'paused, EVENTS_LIMIT: used up' }),
      /^nothing is read from \/data\/X: paused, EVENTS_LIMIT: used up$/,
    ],
    event_position_lost: [
      measure('event_position_lost', 1, { subject: '/data/X' }),
      /^the position in \/data\/X was lost/,
    ],
    no_worker: [measure('no_worker', 90), /^no process works on orders, for 1m 30s now$/],
  }
  t.same(Object.keys(words).sort(), Object.keys(ALERT_KINDS).sort())
  for (const [kind, [given, message]] of Object.entries(words)) t.match(toCondition(given, RULES), { kind, message })
  t.match(toCondition(measure('certificate_expiry', -1, { subject: 'x' }), RULES), { message: 'x has expired' })
})
