/** What people and programs ask of a ledger, by the operations of page, API and command line; and what DBAs ask by its views. */
import { measures } from '../../../src/ledger/notices/alerts.ts'
import { counts } from '../../../src/ledger/people/inspect.ts'
import { readSigns } from '../../../src/ledger/people/signs.ts'
import type { Pool } from '../../../src/ledger/postgres/pool.ts'
import { listAudit, readAuditFilter } from '../../../src/operations/audit.ts'
import { readDetails, readOrder } from '../../../src/operations/details.ts'
import { exportNotifications } from '../../../src/operations/export.ts'
import { readFailures } from '../../../src/operations/failures.ts'
import { type AskedFilter, readFilter } from '../../../src/operations/filter.ts'
import { listNotifications } from '../../../src/operations/list.ts'
import { readStatus } from '../../../src/operations/status.ts'
import { readThroughput } from '../../../src/operations/throughput.ts'
import { ledgerOn } from '../../../src/service/operations.ts'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { notificationId, recordId } from '../../helpers/old-ledger.ts'

export const CODE = 'WHMCS_ORDER_REFUSED'
const PAGE = 50
const DAY = 86_400_000
const RANGES = { '1 h': [DAY / 24, 'minute'], '24 h': [DAY, 'hour'], '7 d': [7 * DAY, 'day'] } as const

export type Asks = Record<string, () => Promise<unknown>>

/** `rows`: how many have ended, by which those to ask for are chosen. */
export function asksOf(pool: Pool, rows: number): Asks {
  const ledger = ledgerOn(pool, { kind: 'current' })
  const any = () => 1 + Math.floor(Math.random() * rows)
  const organizations = [{ id: ORGANIZATION, name: 'example' }]
  const filterOf = (asked: AskedFilter) => readFilter(asked, new Date())
  const list = (asked: () => AskedFilter) => () => listNotifications(ledger, filterOf(asked()), { limit: PAGE })
  const status = () => readStatus(ledger, { organizations, warnings: [] })
  const ago = (ms: number) => new Date(Date.now() - ms)
  const chart = (range: keyof typeof RANGES, before = 0) => {
    const [ms, bucket] = RANGES[range]
    const [since, until] = [ago(ms * (before + 1)).toISOString(), ago(ms * before).toISOString()]
    return readThroughput(ledger, { since, until, bucket }, new Date())
  }
  /** As the page has it. */
  const overview = (range: keyof typeof RANGES) => () =>
    Promise.all([
      ...[status(), readFailures(ledger, undefined), readThroughput(ledger, {}, new Date())],
      ...[chart(range), chart(range, 1), ledger.latency(ago(RANGES[range][0]))],
      listNotifications(ledger, filterOf({}), { limit: 10 }),
    ])
  const audit = (asked: Parameters<typeof readAuditFilter>[0]) => () =>
    listAudit(ledger, readAuditFilter(asked, new Date()), { limit: PAGE })
  const sql = (text: string, values: () => unknown[] = () => []) => {
    return () => pool.query(text, values())
  }
  return {
    'list, newest first': list(() => ({})),
    'list --since --until, a day of long ago': list(() => ({
      since: ago(46 * DAY).toISOString(),
      until: ago(45 * DAY).toISOString(),
    })),
    'list --state completed': list(() => ({ state: 'completed' })),
    'list --state pending': list(() => ({ state: 'pending' })),
    'list --state dead': list(() => ({ state: 'dead' })),
    'list --state superseded (none)': list(() => ({ state: 'superseded' })),
    'list --state dead --step write_back (none)': list(() => ({ state: 'dead', step: 'write_back' })),
    'list --code': list(() => ({ code: CODE })),
    'list --code (none)': list(() => ({ code: 'WHMCS_PAYMENT_METHOD' })),
    'list --record': list(() => ({ record: recordId(any()) })),
    'list --order': list(() => ({ order: String(any()) })),
    'list --whmcs-order': list(() => ({ whmcsOrder: String(any()) })),
    'list --text, an account': list(() => ({ text: `account ${any() % 50_000} ` })),
    'list --text, a word of many errors': list(() => ({ text: 'out of stock' })),
    'list --text, the number in an error': list(() => ({
      text: `${1 + 200 * Math.floor(any() / 200)}: whmcs refused`,
    })),
    'list --text (none)': list(() => ({ text: 'zebra' })),
    'list --source sweep (none)': list(() => ({ source: 'sweep' })),
    'list --priority critical (none)': list(() => ({ priority: 'critical' })),
    'show a notification': () => readDetails(ledger, { id: notificationId(any()), organizationId: undefined }),
    'show a record': () => readDetails(ledger, { id: recordId(any()), organizationId: undefined }),
    'an order, all of it': () => readOrder(ledger, recordId(any())),
    'status --json': status,
    'metrics: what is open or dead': () => counts(pool, {}),
    'failures, grouped': () => readFailures(ledger, undefined),
    'overview, last hour': overview('1 h'),
    'overview, 24 hours': overview('24 h'),
    'overview, 7 days': overview('7 d'),
    'chart, last hour': () => chart('1 h'),
    'chart, 24 hours': () => chart('24 h'),
    'chart, 7 days': () => chart('7 d'),
    'has anything changed': () => readSigns(pool),
    'export, the first 500': async () => {
      const pieces = exportNotifications(ledger, { filter: filterOf({}), format: 'ndjson' })
      await pieces.next()
      await pieces.return()
    },
    'replay of many: how many are there': () => ledger.count(filterOf({ state: 'dead', code: CODE })),
    'audit, newest first': audit({}),
    'audit of a record': () => audit({ record: recordId(any()) })(),
    'audit of somebody (none)': audit({ actor: 'nobody' }),
    'alerts: what they are about': () => measures(pool, { lookback: '15 minutes', size_wanted: true, soon: '1 day' }),
    'ledger.overview by record': sql('select * from ledger.overview where record_id = $1', () => [recordId(any())]),
    'ledger.attempts by record': sql('select * from ledger.attempts where record_id = $1', () => [recordId(any())]),
    'ledger.dead_letters, the last 20': sql('select * from ledger.dead_letters order by finalized_at desc limit 20'),
    'ledger.inbox, the oldest 20': sql('select * from ledger.inbox order by received_at limit 20'),
    'ledger.documents, orders': sql(
      `select * from ledger.documents where organization_id = $1 and collection = 'orders' and key > $2 order by key limit 50`,
      () => [ORGANIZATION, recordId(any())],
    ),
  }
}

/** Too dear to be asked thirty times. */
export function rareAsksOf(pool: Pool): Asks {
  return {
    'ledger.throughput, a day by minutes': () => pool.query('select * from ledger.throughput'),
    'ledger.latency, a day by hours': () => pool.query('select * from ledger.latency'),
    'removal of 500 that are old': async () => {
      const connection = await pool.connect()
      try {
        await connection.query('begin')
        await connection.query(`select * from ledger.retire('${ORGANIZATION}', '60 days', null)`)
        await connection.query('rollback')
      } finally {
        connection.release()
      }
    },
  }
}
