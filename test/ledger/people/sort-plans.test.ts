/** A list in an order that an index carries reads a page and no more, however long the queue and the history are. */
import t from 'tap'
import { ORGANIZATION } from '../../helpers/messages.ts'
import { fillFinal, fillWaiting } from '../../helpers/old-ledger.ts'
import { connectUnused, measureReads } from '../../helpers/plans.ts'

const ROWS = 20_000
const PAGE = 50
/** Of a row the candidate, and what the view puts together of six tables; of a class or a code its first candidates. */
const MOST = 20 * PAGE

const CASES: [string, Record<string, string>][] = [
  ['receivedAt', {}],
  ['nextAttemptAt', { state: 'pending', step: 'callback', priority: 'normal' }],
  ['nextAttemptAt', { state: 'pending', step: 'provision' }],
  ['finalizedAt', { state: 'completed' }],
  ['finalizedAt', { state: 'dead' }],
  ['finalizedAt', { state: 'dead', code: 'WHMCS_ORDER_REFUSED' }],
]

t.test('a sorted list reads its page by an index, forwards and backwards', async (t) => {
  const client = await connectUnused(t)
  await fillFinal(client, { from: 1, to: ROWS })
  await fillWaiting(client, { from: ROWS + 1, to: 2 * ROWS, of: 2 * ROWS })
  await client.query('analyze')
  for (const [time, filter] of CASES) {
    for (const sort of [time, `-${time}`]) {
      const { rows, whole } = await measureReads(
        client,
        `select * from ledger.find_notifications('${JSON.stringify({ organization: ORGANIZATION, ...filter })}', ${PAGE}, null, null, '${sort}')`,
      )
      const title = `${JSON.stringify(filter)} by ${sort}`
      // What waits behind a lease has no index: the queue is looked through for it, as by every list of what is open.
      const queue = whole.includes('work') ? ROWS : 0
      t.same(
        whole.filter((table) => table !== 'work' || filter.step !== 'callback'),
        [],
        title,
      )
      t.ok(rows - queue < MOST, `${title} reads ${rows - queue} rows, and ${queue} of the queue`)
    }
  }
})
