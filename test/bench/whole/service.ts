/** The whole service as a process; told to record without HTTP, to work, or to make the same calls without itself. */
import { organizationsOf } from '../../../src/config/organizations.ts'
import { type Config, readConfig } from '../../../src/config/read.ts'
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { prepareSchema } from '../../../src/ledger/schema/prepare.ts'
import { createLog } from '../../../src/runtime/logger.ts'
import { start } from '../../../src/service/start.ts'
import { message, notification } from '../../helpers/messages.ts'
import { numberOf, serveParent, textsOf, toParcel } from '../child.ts'
import { runBare } from './bare.ts'

let config: Config | undefined
let completed = 0
let wanted = Number.POSITIVE_INFINITY
let reached = () => {}
let errors = 0

/** Counts what is done by the log, which is written anyway: to ask the ledger would be a load of its own. */
const log = createLog('info', {
  write(line) {
    if (/"level":"(?:warn|error|fatal)"/.test(line)) complain(line)
    if (!line.includes('"outcome":"completed"')) return
    completed += 1
    if (completed >= wanted) reached()
  },
})

function complain(line: string): void {
  errors += 1
  process.stderr.write(line)
}

function given(): Config {
  if (!config) throw new Error('prepare comes first')
  return config
}

function complete(orders: number): Promise<void> {
  return new Promise((resolve) => {
    reached = resolve
    wanted = orders
    if (completed >= wanted) resolve()
  })
}

serveParent({
  async prepare(parcel) {
    const settings = Object.entries(toParcel(parcel.settings)).map(([name, value]) => [name, String(value)])
    const read = readConfig({ ...Object.fromEntries(settings), PORT: '0', ADMIN_PORT: '' })
    if (!read.config) throw new Error(read.problems.join('\n'))
    config = read.config
    await prepareSchema(config.DATABASE_URL ?? '')
    return {}
  },
  async record(parcel) {
    const { DATABASE_URL: url = '', SALESFORCE_ORG_ID: organizationId } = given()
    const pool = openPool({ url, connections: 2, name: 'soapstone bench recorder', onError: () => {} })
    const recorder = createRecorder({ runner: pool })
    const orderIds = textsOf(parcel, 'orderIds')
    for (let i = 0; i < orderIds.length; i += 100) {
      const notifications = orderIds.slice(i, i + 100).map((recordId) => notification({ recordId }))
      await recorder.record(message(notifications, { organizationId }))
    }
    await pool.end()
    return {}
  },
  async drain(parcel) {
    await start({ config: given(), organizations: organizationsOf(given()), log })
    const began = performance.now()
    await complete(textsOf(parcel, 'orderIds').length)
    return { seconds: (performance.now() - began) / 1_000 }
  },
  async bare(parcel) {
    const began = performance.now()
    await runBare(given(), textsOf(parcel, 'orderIds'))
    return { seconds: (performance.now() - began) / 1_000 }
  },
  async serve() {
    const { url } = await start({ config: given(), organizations: organizationsOf(given()), log })
    return { endpoint: `${url}/outbound-messages/order` }
  },
  async errors() {
    return { errors }
  },
  async completed(parcel) {
    await complete(numberOf(parcel, 'orders'))
    return {}
  },
})
