/**
 * npm run outage -- --orders N: as many orders wait while WHMCS is away - first a page with 503, then refused connections -
 * until it returns and they drain. One real serve, a real Postgres with fsync, both simulators. Prints what was seen;
 * exit 1 when an order was lost, doubled or lost an attempt by the pause.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { waitUntilQuiet } from '../chaos/checker.ts'
import { sendAll } from './load.ts'
import { watchMemory } from './memory.ts'
import { printReport } from './report.ts'
import { readResult } from './result.ts'
import { waitForSigns } from './signs.ts'
import { openWorld } from './world.ts'

const USAGE = `npm run outage -- [options]

  --orders <n>       orders that wait (20000), in messages of 100
  --wait <seconds>   how long all of them wait: half of it for a page with 503, half for refused connections (60)
  --max-age <text>   SNAPSHOT_MAX_AGE: what was read longer ago than this is read again (20s)
  --concurrency <n>  PROVISION_CONCURRENCY (16)
  --heap <MiB>       a limit for the heap of serve: it ends when that is not enough
`
const PER_MESSAGE = 100
/** For all of them to drain, ms. */
const QUIET_WITHIN_MS = 3_600_000

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions()
  if (options.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const { orders, waitMs, maxAge, concurrency, heap } = options
  const world = await openWorld({ SNAPSHOT_MAX_AGE: maxAge, PROVISION_CONCURRENCY: String(concurrency), ...heap })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void world.close().then(() => process.exit(1)))
  const memory = watchMemory(() => world.serve.pid, 500)
  try {
    const begun = performance.now()
    memory.phase('arriving')
    const orderIds = await sendAll(world, orders, PER_MESSAGE)
    const acked = performance.now()
    const signs = await waitForSigns(world)
    memory.phase('waiting')
    await sleep(waitMs / 2)
    await world.takeWhmcsAway()
    await sleep(waitMs / 2)

    const queriesBefore = world.salesforce.calls.query ?? 0
    let firstMs: number | undefined
    await world.bringWhmcsBack()
    const returned = performance.now()
    world.whmcs.on('done', ({ action }) => {
      if (action === 'AddOrder') firstMs ??= performance.now() - returned
    })
    memory.phase('draining')
    const { stuck } = await waitUntilQuiet(world.postgres.pool, QUIET_WITHIN_MS)
    const drainMs = performance.now() - returned
    const result = await readResult(world, { orderIds, pausedSince: signs.pausedSince, inHand: concurrency * 2 })
    const queries = (world.salesforce.calls.query ?? 0) - queriesBefore
    printReport({
      ...{ orders, concurrency, maxAge, signs, result, queries, memory: memory.samples },
      ...{ arriveMs: acked - begun, waitMs, drainMs, firstMs: firstMs ?? drainMs },
    })
    const kept = result.once === orders && result.inWhmcs === orders && result.completed === orders
    return kept && result.burnt.during === 0 && stuck === undefined && world.serve.crashes.length === 0 ? 0 : 1
  } finally {
    memory.stop()
    await world.close()
  }
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '20000' },
      wait: { type: 'string', default: '60' },
      'max-age': { type: 'string', default: '20s' },
      concurrency: { type: 'string', default: '16' },
      heap: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    orders: Number(values.orders),
    waitMs: Number(values.wait) * 1_000,
    maxAge: values['max-age'],
    concurrency: Number(values.concurrency),
    heap: values.heap === undefined ? {} : { NODE_OPTIONS: `--max-old-space-size=${Number(values.heap)}` },
    help: values.help,
  }
}
