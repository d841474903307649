/** Ours, as main.ts puts it together. */
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { loadContracts } from '../../../src/doors/outbound-message/contract.ts'
import { createOutboundMessages } from '../../../src/doors/outbound-message/door.ts'
import type { Recorder } from '../../../src/doors/outbound-message/ports.ts'
import { createSecurity } from '../../../src/doors/security.ts'
import { createMetrics } from '../../../src/http/metrics.ts'
import { createListeners } from '../../../src/http/server.ts'
import { createAnnouncer } from '../../../src/ledger/postgres/due-notices.ts'
import { ONE_PLAN, openPool } from '../../../src/ledger/postgres/pool.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createVault } from '../../../src/ledger/record/vault.ts'
import { prepareSchema } from '../../../src/ledger/schema/prepare.ts'
import { createLog } from '../../../src/runtime/logger.ts'
import { createOutput } from '../../../src/runtime/output.ts'
import { startServing } from '../child.ts'
import { createOurs } from '../drain/ours.ts'
import type { StartContender } from './contender.ts'
import { ORGANIZATION } from './requests.ts'

/** Without the stages: what receives, and nothing that works. */
export const ours: StartContender = async (url) => {
  await prepareSchema(url)
  const onError = (error: unknown) => void process.stderr.write(`${error}\n`)
  const pool = openPool({
    url,
    connections: 3,
    // As whose work it counts: what somebody else writes is audited as done by hand.
    name: 'soapstone bench recorder',
    connectMs: 2_000,
    statementMs: 40_000,
    settings: ONE_PLAN,
    onError,
  })
  const announcer = createAnnouncer({
    pool: openPool({ url, connections: 1, name: 'soapstone bench announcer', onError }),
    worker: 'bench',
    onError,
  })
  const recorder = createRecorder({
    runner: pool,
    vault: createVault(randomBytes(32)),
    onRecorded: () => announcer.announce({ organizationId: ORGANIZATION, step: 'callback' }),
  })
  return listen(recorder)
}

/** With the three stages in the same process, as `serve` is; what comes in is more than they can do. */
export const oursAtWork: StartContender = async (url) => {
  const endpoint = await ours(url)
  await (await createOurs(url, {})).wait()
  return endpoint
}

/** As `serve --only listen` beside `serve --only work`. */
export const oursWorkBeside: StartContender = async (url) => {
  const endpoint = await ours(url)
  const worker = await startServing(new URL('../drain/contender.ts', import.meta.url), 'ours', url)
  await worker.call('work')
  return endpoint
}

/** The limit: whatever the ledger did, it could not become faster than this. */
export const oursWithoutLedger: StartContender = () =>
  listen({ record: async ({ notifications }) => ({ recorded: notifications.length, duplicates: 0 }) })

async function listen(recorder: Recorder): Promise<string> {
  const metrics = createMetrics()
  // As in earnest: what it costs is part of the bargain.
  const log = createLog('info', createOutput(process.stdout))
  const requestTimeoutMs = 60_000
  const door = createOutboundMessages({
    recorder,
    contracts: await loadContracts(fileURLToPath(new URL('../../../wsdl', import.meta.url))),
    organizationIds: () => [ORGANIZATION],
    foreignOrganizations: 'refuse',
    unknownFields: 'report',
    gate: { admits: () => true },
    bodyLimit: 32 * 1024 * 1024,
    bodyBudget: 128 * 1024 * 1024,
    requestTimeoutMs,
    log,
    security: createSecurity({ log, onEvent: metrics.security, now: () => performance.now() }),
    meter: metrics,
  })
  const listeners = await createListeners({
    log,
    metrics,
    doors: [door],
    readiness: async () => ({ ready: true, ledger: 'up', paused: [], marker: 'none' }),
    public: { host: '127.0.0.1', port: 0 },
    requestTimeoutMs,
    maxEventLoopDelayMs: 1_000,
    maxConnections: 1_000,
  })
  return `${(await listeners.open()).url}/outbound-messages/order`
}
