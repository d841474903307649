/** A person stops a step of an organisation, and lets it go on. */
import t, { type Test } from 'tap'
import { createSteps } from '../../../src/ledger/people/steps.ts'
import { createBench, pass, sqlState } from '../../helpers/ledger.ts'
import { notification, ORGANIZATION } from '../../helpers/messages.ts'

const BY = { organizationId: ORGANIZATION, reason: 'WHMCS is moved', by: { name: 'anna', via: 'page' } }
const AT = { ...BY, step: 'callback' }

async function setUp(t: Test) {
  const bench = await createBench(t)
  const one = notification()
  await bench.recordEach([one])
  const acts = () => bench.rows('select act, actor, reason, detail from ledger.audit order by audit_id')
  return { bench, steps: createSteps(bench.pool), worker: bench.worker('w1'), acts, one }
}

t.test('a pause of a person holds all workers, and no process ends it', async (t) => {
  const { steps, worker, acts } = await setUp(t)
  await steps.pause({ ...AT, until: undefined })
  t.same(await worker.claim('callback', 1), [])
  await worker.pause('callback', { seconds: 1, code: 'X', message: 'x' })
  await worker.resume('callback')
  t.same(await worker.claim('callback', 1), [])
  t.match(await worker.current('callback'), { code: 'PAUSED_BY_PERSON', message: BY.reason })
  await steps.resume({ ...AT, reason: 'done' })
  t.equal((await worker.claim('callback', 1)).length, 1)
  t.match(await acts(), [
    { act: 'pause', actor: 'anna', reason: BY.reason, detail: { step: 'callback' } },
    { act: 'resume', reason: 'done', detail: { step: 'callback', codes: ['PAUSED_BY_PERSON'] } },
  ])
})

t.test('a pause of a person ends at its time', async (t) => {
  const { bench, steps, worker } = await setUp(t)
  await steps.pause({ ...AT, until: new Date(Date.now() + 3_600_000) })
  t.same(await worker.claim('callback', 1), [])
  await bench.rows("update ledger.pause set until = now() - interval '1 second'")
  t.equal(await worker.current('callback'), undefined, 'nobody has to probe')
  t.equal((await worker.claim('callback', 1)).length, 1)
})

t.test('a pause wants a reason, and an end that is not over', async (t) => {
  const { steps, acts } = await setUp(t)
  t.equal(await steps.pause({ ...AT, until: undefined, reason: ' ' }).catch(sqlState), '23514')
  t.equal(await steps.pause({ ...AT, until: new Date(0) }).catch(sqlState), '55000')
  t.same(await acts(), [])
})

t.test('try now lets a step that stands still probe at once, unless a person has stopped it', async (t) => {
  const { steps, worker, acts } = await setUp(t)
  await t.rejects(steps.tryNow(AT), { code: '55000', message: /does not stand still/ })
  await worker.pause('callback', { seconds: 600, code: 'SALESFORCE_LIMIT', message: 'no more today' })
  t.same(await worker.claim('callback', 1), [])
  await steps.tryNow(AT)
  t.match(await worker.current('callback'), { code: 'SALESFORCE_LIMIT', secondsLeft: Number })
  t.ok(((await worker.current('callback'))?.secondsLeft ?? 1) <= 0)
  await steps.pause({ ...AT, until: undefined })
  await t.rejects(steps.tryNow(AT), { code: '55000', message: /stopped by a person: resume it/ })
  t.match(await acts(), [{ act: 'try_now' }, { act: 'pause' }])
})

t.test('resume ends the pause of a process, too, and refuses where nothing stands still', async (t) => {
  const { steps, worker } = await setUp(t)
  await worker.pause('callback', { seconds: 600, code: 'SALESFORCE_LIMIT', message: 'no more today' })
  await steps.resume(AT)
  t.equal((await worker.claim('callback', 1)).length, 1)
  await t.rejects(steps.resume(AT), { code: '55000', message: /does not stand still/ })
})

t.test('the priority of what is open is changed, and of nothing else', async (t) => {
  const { bench, steps, worker, acts, one } = await setUp(t)
  const request = { ...BY, notificationId: one.notificationId, recordId: one.recordId, priority: 'critical' }
  await steps.setPriority(request)
  t.match(await bench.rows('select priority::text from ledger.overview'), [{ priority: 'critical' }])
  t.match(await acts(), [{ act: 'priority', detail: { from: 'normal', to: 'critical' } }])
  await pass(worker, 'callback', { kind: 'complete' })
  await t.rejects(steps.setPriority(request), {
    code: '55000',
    message: /is completed: only what is open has a priority/,
  })
})
