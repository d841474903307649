/** Each verb with a login that has only the role that the handbook names for it. */
import t from 'tap'
import { createIntents } from '../../src/ledger/work/intents.ts'
import { resolveNotification } from '../../src/operations/resolve.ts'
import { openLedger } from '../../src/service/operations.ts'
import { soapstone } from '../helpers/cli.ts'
import { createBench, pass } from '../helpers/ledger.ts'
import { createLogin, type LedgerRole } from '../helpers/logins.ts'
import { createLook } from '../helpers/look.ts'
import { notification, ORGANIZATION, provisionRequest } from '../helpers/messages.ts'
import { createWorld, startService } from '../helpers/service.ts'

const bench = await createBench(t)
const REASON = ['--reason', 'mended']
const REFUSED = { code: 1, out: '', err: /permission denied.*lacks a right/ }

async function deadLetter(): Promise<string> {
  const one = notification()
  await bench.recordEach([one])
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  return one.notificationId
}

const as = async (role: LedgerRole) => {
  const url = await createLogin(t, bench.url, role)
  return (...args: string[]) => soapstone(args, { DATABASE_URL: url })
}

t.test('ledger_reader: status, list, show and config, and nothing that changes anything', async (t) => {
  const id = await deadLetter()
  const run = await as('ledger_reader')
  for (const args of [['status'], ['list'], ['show', id]])
    t.match(await run(...args), { code: 0, err: '' }, args.join(' '))
  for (const args of [['status'], ['list'], ['show', id]])
    t.match(await run(...args, '--json'), { code: 0 }, args.join(' '))
  t.match((await run('config')).out, /^DATABASE_URL /m)
  for (const args of [
    ['replay', id, ...REASON],
    ['dismiss', id, ...REASON],
  ])
    t.match(await run(...args), REFUSED, args.join(' '))
  t.match(await run('migrate'), { code: 0, out: 'up to date\n' }, 'there is nothing to migrate')
})

t.test('ledger_operator: replay and dismiss, and all that a reader may', async (t) => {
  const [first, second] = [await deadLetter(), await deadLetter()]
  const run = await as('ledger_operator')
  t.match(await run('status'), { code: 0 })
  t.match(await run('replay', first, ...REASON), { code: 0, out: `${first} goes on at callback\n` })
  t.match(await run('dismiss', second, ...REASON), { code: 0, out: `${second} is dismissed\n` })
  t.match(await run('dismiss', second, ...REASON), { code: 1, err: /is dismissed: only dead letters are dismissed/ })
  const acts = await bench.rows('select act, login, via from ledger.audit order by audit_id desc limit 2')
  t.match(acts, [
    { act: 'dismiss', login: /^ledger_operator_/, via: 'cli' },
    { act: 'replay', login: /^ledger_operator_/, via: 'cli' },
  ])
})

t.test('ledger_operator resolves', async (t) => {
  const one = notification()
  await bench.recordEach([one])
  const request = provisionRequest(one.recordId ?? '')
  await createIntents(bench.pool).intend(ORGANIZATION, request, { priorOrderIds: [], sends: 0, looksNeeded: 2 })
  await pass(bench.worker('w1'), 'callback', { kind: 'bury' })
  const ledger = await openLedger(await createLogin(t, bench.url, 'ledger_operator'), 'soapstone test')
  try {
    const by = { reason: 'seen in WHMCS', by: { name: 'anna', via: 'cli' } } as const
    const named = { id: one.notificationId, organizationId: ORGANIZATION, finding: { whmcsOrderId: '501' } }
    const resolved = await resolveNotification(
      { ledger, whmcs: { contradictions: async () => [] } },
      { ...named, ...by },
    )
    t.match(resolved, { goesOnAt: 'callback', acts: [{ act: 'resolve', requestedBy: /^anna \(as ledger_operator_/ }] })
  } finally {
    await ledger.close()
  }
})

t.test('ledger_service serves: an order comes through from the message to the report', async (t) => {
  const world = await createWorld(t)
  const settings = { ...world.settings, DATABASE_URL: await createLogin(t, world.databaseUrl, 'ledger_service') }
  const service = await startService(t, { ...world, settings })
  const orderId = world.salesforce.addOrder()
  await world.salesforce.send({ endpoint: `${service.url}/outbound-messages/order`, orderIds: [orderId] })
  await createLook(t, world).order(orderId, 'Provisioned')
  await service.close()
})
