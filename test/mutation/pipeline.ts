/** Mutations of what happens to a recorded notification. */
import { type Change, code } from './change.ts'
import type { Mutation } from './table.ts'

const model = ['model/provision']

/** Noticed twice: by the tests of provision, and by the model of it. */
function twice(name: string, change: Change): Mutation[] {
  return [
    { name, change },
    { name: `${name}, to the model`, change, by: model },
  ]
}

export const PIPELINE: Mutation[] = [
  ...twice(
    'AddOrder without an intent',
    code('send', 'await options.intents.intend($$$A)', '(1 as number | undefined)'),
  ),
  { name: 'sent again without a look', change: code('LOOKS_NEEDED', '2', '0') },
  ...twice('sent again without a search', code('reconcile', 'await look(order, lists)', '{ all: [], marked: [] }')),
  ...twice(
    'WHMCS is given no time to end',
    code('reconcile', 'options.settleSeconds - (intent.secondsSinceLook ?? intent.secondsSinceSent)', '0'),
  ),
  ...twice(
    'an unknown outcome is taken for a no',
    code(
      'refusal',
      "!(error instanceof Failure) || error.code === 'WHMCS_OUTCOME_UNKNOWN'",
      '!(error instanceof Failure)',
    ),
  ),
  {
    name: 'a sentence that nobody knows is taken for a no the first time',
    change: code('refusal', "intent?.state === 'sending' && $A && $B", 'true'),
  },
  {
    name: 'of two orders in WHMCS the first is taken',
    change: code('look', 'if (marked.length > 1) throw $F', ''),
  },
  { name: 'without a marker a new order is nobody’s', change: code('refuseToGuess', 'ids.length > 0', 'false') },
  {
    name: 'a list that WHMCS does not give whole proves that there is no order',
    change: code('refuseToGuess', 'incomplete !== undefined', 'false'),
  },
  {
    name: 'the client to whom it was sent is not asked',
    change: code('reconcile', 'intent.whmcsClientId !== order.request.clientId', 'false'),
  },
  {
    name: 'AcceptOrder whatever the state of the order',
    change: code('acceptFound', "stateOf(there, whmcsOrderId) === 'accepted'", 'false'),
  },
  {
    name: 'AcceptOrder while another may be at work',
    change: code('acceptFound', 'options.settleSeconds - (secondsSinceAccept ?? Number.POSITIVE_INFINITY)', '0'),
    by: ['steps/provision', 'provision/accept'],
  },
  {
    name: 'AcceptOrder by two workers at once, to the model',
    change: code(
      'acceptFound',
      'if (!(await options.intents.beginAccept($$$A))) return BUSY',
      'await options.intents.beginAccept($$$A)',
    ),
    by: model,
  },
  {
    name: 'modules run a second time, whatever they did the first time',
    change: code('acceptFound', 'secondsSinceAccept === undefined ? $A : $B', '$A'),
  },
  {
    name: 'an order of another client or another order is accepted',
    change: code('ours', 'there.clientId !== request.clientId && $B', 'false'),
  },
  {
    name: 'what WHMCS says of the acceptance is believed',
    change: code('verify', 'faults.length > 0', 'false'),
  },
  {
    name: 'an old snapshot is good enough',
    change: code(
      undefined,
      'snapshot === undefined || snapshotAgeMs > options.snapshotMaxAgeMs',
      'snapshot === undefined',
    ),
  },
  {
    name: 'a withdrawn order that WHMCS may have is forgotten',
    change: code('isHalfMade', "provisioning === 'sending' || provisioning === 'added'", 'false'),
  },
  { name: 'leases are not renewed', change: code('renew', 'await leases.renew($A)', '[]') },
  {
    name: 'a stage that stops keeps what it has not begun',
    change: code('drain', 'await queue.release($$$A).catch($$$B)', 'await Promise.resolve()'),
  },
  {
    name: 'a refusal pauses nothing',
    change: code(undefined, "if (refusal) return { kind: 'refused', failure: refusal }", ''),
  },
  {
    name: 'a lease that ran out aborts nothing',
    change: code(
      undefined,
      'if (left > 0) return setTimeout(end, left)',
      'if (left > 0) return setTimeout(() => {}, left)',
    ),
  },
  {
    name: 'settlements that were not written are forgotten',
    change: code('createSettler', '!signal.aborted', 'tries === 1'),
  },
  {
    name: 'the breaker never opens',
    change: code('createBreaker', 'failures >= threshold', 'false'),
  },
  {
    name: 'a stage that probes lets all through',
    change: code('createOutages', 'Math.min(wanted, 1)', 'wanted'),
  },
  { name: 'attempts are not counted', change: code('afterFailure', 'item.attempts + 1', 'item.attempts') },
  {
    name: 'a pause burns attempts',
    change: code(
      'afterFailure',
      "again(item, failure, { outcome: 'paused', delayMs: $D })",
      "again({ ...item, attempts: item.attempts + 1 }, failure, { outcome: 'paused', delayMs: $D })",
    ),
  },
  {
    name: 'an outage burns attempts, however long it lasts',
    change: code(undefined, 'outcomes.map(withoutBlame)', 'outcomes'),
  },
  {
    name: "a ledger that is away is nobody's fault but the order's",
    change: code('createIntents', 'failing(given)', 'given'),
    by: ['work/intents'],
  },
  {
    name: 'an unknown outcome is looked at before WHMCS has ended',
    change: code(undefined, "FAILURES[code].class === 'reconcile' ? policy.unknownDelayMs : 0", '0'),
  },
  {
    name: 'Salesforce does not hear of a failure',
    change: code('gaveUp', "item.step === 'write_back'", 'item'),
  },
  {
    name: 'the rescue never runs',
    change: code(undefined, 'await leased.rescue()', '[]'),
  },
  {
    name: 'nobody starts the rescue',
    change: code('startUpkeepOf', '[startJob(job, options.log)]', '[]'),
    by: ['crash/kill'],
  },
  {
    name: 'nobody starts the jobs of all organisations',
    change: code('startUpkeep', 'jobs.map((job) => startJob(job, log))', '[]'),
    by: ['e2e/tasks'],
  },
  {
    name: 'a process does not ask whether the stage stands still',
    change: code('createOutages', 'await refresh()', 'state()'),
  },
  {
    name: 'a stage that works again is never said to',
    change: code('createOutages', 'await pauses.resume(step)', 'undefined'),
  },
  {
    name: 'what nobody foresaw is logged without its stack',
    change: code('runBatch', 'failure.cause ?? failure', 'failure'),
  },
  {
    name: 'a settlement that was not written is told as done',
    change: code(undefined, 'settled.filter(({ item }) => !lost.includes(item))', 'settled'),
  },
  {
    name: 'a report that Salesforce refuses is given up',
    change: code('gaveUp', 'isUnderWay(item)', 'false'),
  },
  {
    name: 'a lock within the error of a trigger is not seen',
    change: code('kindOf', 'LOCK.test(message)', 'false'),
  },
  {
    name: 'one record that may not be changed pauses all',
    change: code('recordFailures', 'kinds.some($F)', 'false'),
  },
  {
    name: 'the login of another organisation is used',
    change: code('checkOrganization', 'toId18(found) === configured', 'true'),
  },
  {
    name: 'what can not be read is taken for deleted',
    change: code('decideUnread', '!item.hasData', 'item'),
  },
  {
    name: 'a page that is not done is taken for the last',
    change: code('readPage', 'page.done !== true', 'false'),
  },
  {
    name: 'a sweep records what the ledger knows',
    change: code('createSweep', '!known.has(orderId)', 'known'),
  },
  {
    name: 'a timed sweep looks back to before the ledger was made',
    change: code('createSweepJob', '(await ledgerSince()).getTime()', '0'),
  },
]
