import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { type Check, ok } from '../../../src/operations/doctor/check.ts'
import { examine } from '../../../src/operations/doctor/examine.ts'
import { Refusal } from '../../../src/operations/refusal.ts'

const check = (id: string, run: Check['run'] = async () => ok('fine')): Check => ({ id, run })
const CHECKS = [
  check('database.clock'),
  check('salesforce.login@acme'),
  check('salesforce.flow@acme'),
  check('whmcs.login'),
]
const ids = async (only?: string[]) =>
  (await examine(CHECKS, { deadlineMs: 1_000, ...(only && { only }) })).map(({ id }) => id)

t.test('examine runs all checks, in their order', async (t) => {
  t.same(
    await ids(),
    CHECKS.map(({ id }) => id),
  )
})

t.test('examine runs only what is named: a group, a check, or the check of every organisation', async (t) => {
  t.same(await ids(['salesforce']), ['salesforce.login@acme', 'salesforce.flow@acme'])
  t.same(await ids(['whmcs.login', 'salesforce.flow']), ['salesforce.flow@acme', 'whmcs.login'])
  t.same(await ids(['salesforce.flow@acme']), ['salesforce.flow@acme'])
})

t.test('examine refuses a name that no check has', async (t) => {
  await t.rejects(ids(['whmcs', 'whcms']), {
    kind: 'invalid',
    message: /no check whcms; groups are database, salesforce, whmcs/,
  })
  await t.rejects(ids(['data']), Refusal)
})

t.test('examine waits for no check longer than its deadline, and lets no check fail another', async (t) => {
  const never = check('a.hangs', () => new Promise(() => {}))
  const broken = check('b.breaks', () => Promise.reject(new Error('out of order')))
  const found = await examine([never, broken, check('c.fine')], { deadlineMs: 20 })
  t.match(found, [
    { id: 'a.hangs', result: 'fail', detail: 'no answer within 0.02 s' },
    { id: 'b.breaks', result: 'fail', detail: 'out of order' },
    { id: 'c.fine', result: 'ok', remedy: null },
  ])
})

t.test('examine gives the remedy of a failure to whoever looks on purpose', async (t) => {
  const down = check('a.down', () => Promise.reject(new Failure('WHMCS_UNAVAILABLE', { detail: 'HTTP 500' })))
  const cause = new Error('connect ECONNREFUSED 127.0.0.1:9')
  const fetched = check('b.fetched', () => Promise.reject(new TypeError('fetch failed', { cause })))
  const [one, other] = await examine([down, fetched], { deadlineMs: 1_000 })
  t.match(one, { detail: 'WHMCS_UNAVAILABLE: HTTP 500', remedy: /^Look at the error log of WHMCS/ })
  t.equal(other?.detail, 'connect ECONNREFUSED 127.0.0.1:9')
})
