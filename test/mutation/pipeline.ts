/** Mutations of what happens to a recorded notification. */
import type { Mutation } from './table.ts'

const file = 'src/pipeline/provision.ts'
const tests = ['test/pipeline/provision.test.ts', 'test/pipeline/provision-unknown.test.ts']
const model = ['test/model/provision.test.ts']
const outcome = { file: 'src/domain/outcome.ts', tests: ['test/domain/outcome.test.ts'] }
const breaker = { file: 'src/pipeline/breaker.ts', tests: ['test/pipeline/breaker.test.ts'] }
const stage = {
  file: 'src/pipeline/stage.ts',
  tests: ['test/pipeline/stage.test.ts', 'test/pipeline/stage-pauses.test.ts'],
}

const intended = 'const sends = await intents.intend(organizationId, request, before)'
const searched = 'const found = await whmcs.search(request.clientId, orderId, signal)'

export const PIPELINE: Mutation[] = [
  { name: 'AddOrder without an intent', file, find: intended, replace: 'const sends: number | undefined = 1', tests },
  {
    name: 'AddOrder without an intent, to the model',
    file,
    find: intended,
    replace: 'const sends: number | undefined = 1',
    tests: model,
  },
  {
    name: 'sent again without a look',
    file,
    find: 'const LOOKS_NEEDED = 2',
    replace: 'const LOOKS_NEEDED = 0',
    tests,
  },
  {
    name: 'sent again without a search',
    file,
    find: searched,
    replace: 'const found = { all: [], marked: [] as string[] }',
    tests,
  },
  {
    name: 'sent again without a search, to the model',
    file,
    find: searched,
    replace: 'const found = { all: [], marked: [] as string[] }',
    tests: model,
  },
  {
    name: 'WHMCS is given no time to end',
    file,
    find: '      if (wait > 0) return waitForWhmcs(wait)\n    }\n    const found',
    replace: '    }\n    const found',
    tests,
  },
  {
    name: 'WHMCS is given no time to end, to the model',
    file,
    find: 'const wait = settleSeconds - (intent.secondsSinceLook ?? intent.secondsSinceSent)',
    replace: 'const wait = 0',
    tests: model,
  },
  {
    name: 'an unknown outcome is taken for a no',
    file,
    find: "if (error instanceof Failure && error.code !== 'WHMCS_OUTCOME_UNKNOWN') {",
    replace: 'if (error instanceof Failure) {',
    tests,
  },
  {
    name: 'an unknown outcome is taken for a no, to the model',
    file,
    find: "if (error instanceof Failure && error.code !== 'WHMCS_OUTCOME_UNKNOWN') {",
    replace: 'if (error instanceof Failure) {',
    tests: model,
  },
  {
    name: 'of two orders in WHMCS the first is taken',
    file,
    find: 'if (another !== undefined) throw',
    replace: 'if (false) throw',
    tests,
  },
  {
    name: 'without a marker a new order is nobody’s',
    file,
    find: '  if (fresh.length === 0) return\n',
    replace: '  if (fresh.length >= 0) return\n',
    tests,
  },
  {
    name: 'AcceptOrder whatever the state of the order',
    file,
    find: 'const status = await whmcs.status(whmcsOrderId, signal)',
    replace: "const status: string = 'pending'",
    tests,
  },
  {
    name: 'AcceptOrder while another may be at work',
    file,
    find: '    if (wait > 0) return waitForWhmcs(wait)\n    if (!(await intents.accepting(item.organizationId, item.recordId, settleSeconds))) return BUSY\n',
    replace: '',
    tests,
  },
  {
    name: 'AcceptOrder by two workers at once, to the model',
    file,
    find: 'if (!(await intents.accepting(item.organizationId, item.recordId, settleSeconds))) return BUSY',
    replace: 'await intents.accepting(item.organizationId, item.recordId, settleSeconds)',
    tests: model,
  },
  {
    name: 'an old snapshot is good enough',
    file,
    find: 'snapshot === undefined || snapshotAgeMs > options.snapshotMaxAgeMs',
    replace: 'snapshot === undefined',
    tests,
  },
  {
    name: 'a withdrawn order that WHMCS may have is forgotten',
    file: 'src/pipeline/callback.ts',
    find: "return ignoreUnlessSent(item, 'NOT_ELIGIBLE',",
    replace: "return ignoreUnlessSent({ ...item, provisioning: 'refused' }, 'NOT_ELIGIBLE',",
    tests: ['test/pipeline/callback.test.ts'],
  },
  {
    ...stage,
    name: 'leases are not renewed',
    find: 'await leases.renew((items) => conveyor.renew(items))',
    replace: '[] as Lease[]',
  },
  {
    ...stage,
    name: 'a stage that stops keeps what it has not begun',
    find: 'await conveyor.release(idle.map((lease) => lease.item))',
    replace: 'await Promise.resolve()',
  },
  {
    ...stage,
    name: 'a refusal pauses nothing',
    file: 'src/pipeline/judge.ts',
    find: 'const culprit = refusal ?? failures.find',
    replace: 'const culprit = failures.find',
  },
  {
    name: 'a lease that ran out aborts nothing',
    file: 'src/pipeline/lease.ts',
    find: 'if (left > 0) return setTimeout(end, left)',
    replace: 'if (left > 0) return setTimeout(() => {}, left)',
    tests: ['test/pipeline/lease.test.ts'],
  },
  {
    name: 'settlements that were not written are forgotten',
    file: 'src/pipeline/settler.ts',
    find: 'for (let tries = 1; !signal.aborted; tries++) {',
    replace: 'for (let tries = 1; tries === 1; tries++) {',
    tests: ['test/pipeline/settler.test.ts'],
  },
  {
    ...breaker,
    name: 'the breaker never opens',
    find: 'openUntil !== undefined || failures >= threshold ? open() : undefined',
    replace: 'undefined',
  },
  {
    ...breaker,
    name: 'the breaker lets all through to probe',
    find: 'isOpen() ? 0 : Math.min(wanted, 1)',
    replace: 'isOpen() ? 0 : wanted',
  },
  {
    ...outcome,
    name: 'attempts are not counted',
    find: 'attempts: item.attempts + 1',
    replace: 'attempts: item.attempts',
  },
  {
    ...outcome,
    name: 'a pause burns attempts',
    find: 'return { ...retry, delayMs: policy.pauseDelayMs,',
    replace: 'return { ...retry, attempts: item.attempts + 1, delayMs: policy.pauseDelayMs,',
  },
  {
    ...outcome,
    name: 'an unknown outcome is looked at before WHMCS has ended',
    find: "FAILURES[code].class === 'reconcile' ? policy.unknownDelayMs : 0",
    replace: '0',
  },
  {
    ...outcome,
    name: 'Salesforce does not hear of a failure',
    find: "if (item.step === 'write_back') return buried",
    replace: 'if (item) return buried',
  },
  {
    name: 'the rescuer never runs',
    file: 'src/pipeline/rescuer.ts',
    find: '      const rescued = await rescues.rescue()\n',
    replace: '      const rescued: { worker: string; notificationId: string }[] = []\n',
    tests: ['test/pipeline/rescuer.test.ts'],
  },
  {
    name: 'nobody starts the rescuer',
    file: 'src/main.ts',
    find: '    rescuer.start()\n',
    replace: '',
    tests: ['test/crash/kill.test.ts'],
  },
  {
    name: 'a message to Salesforce is not cut',
    file: 'src/salesforce/orders.ts',
    find: 'cut(report.message)',
    replace: 'report.message',
    tests: ['test/salesforce/orders.test.ts'],
  },
  {
    name: 'a refused session is tried again and again',
    file: 'src/salesforce/session.ts',
    find: 'refused.add(digest(session))',
    replace: 'refused.delete(digest(session))',
    tests: ['test/salesforce/session.test.ts'],
  },
  {
    name: 'tokens follow redirects',
    file: 'src/salesforce/transport.ts',
    find: "redirect: 'manual'",
    replace: "redirect: 'follow'",
    tests: ['test/salesforce/session.test.ts', 'test/salesforce/rest.test.ts'],
  },
  {
    name: 'whatever says success is success, also with a server error',
    file: 'src/whmcs/client.ts',
    find: "if (status === 200 && body.result === 'success')",
    replace: "if (body.result === 'success')",
    tests: ['test/whmcs/client.test.ts'],
  },
  {
    name: 'any text of WHMCS is a clear no',
    file: 'src/whmcs/failures.ts',
    find: "new Failure(code ?? 'WHMCS_OUTCOME_UNKNOWN', { detail })",
    replace: "new Failure(code ?? 'WHMCS_ORDER_REFUSED', { detail })",
    tests: ['test/whmcs/failures.test.ts'],
  },
  {
    name: 'our marker is found within another word',
    file: 'src/whmcs/marker.ts',
    find: 'row.notes.split(/[^A-Za-z0-9=]+/).includes(',
    replace: 'row.notes.includes(',
    tests: ['test/whmcs/orders.test.ts'],
  },
]
