/** Everything that the demo is made of: both simulators, the real service, and its ledger. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { openPool, type Pool } from '../../src/ledger/postgres/pool.ts'
import { type Salesforce, startSalesforce } from '../simulators/salesforce.ts'
import { settingsOf } from '../simulators/settings.ts'
import { startWhmcs, type Whmcs } from '../simulators/whmcs.ts'
import { takeFolder } from './folder.ts'
import type { Screen } from './screen.ts'
import { choosePorts, LOG, launch, type ServiceProcess } from './service.ts'

export interface World {
  screen: Screen
  folder: string
  salesforce: Salesforce
  whmcs: Whmcs
  service: ServiceProcess
  /** Where messages go. */
  endpoint: string
  databaseUrl: string
  pool: Pool
  signal: AbortSignal
}

export interface WorldOptions {
  screen: Screen
  folder: string
  /** The folder as a person would write it. */
  shownFolder: string
  port: number | undefined
  signal: AbortSignal
  /** Told of everything that has to be closed, as soon as it is there; the last one first. */
  closing: (close: () => Promise<unknown>) => void
}

/** How long after a lost reply WHMCS is left alone before it is searched. In production: minutes. */
export const SETTLE_SECONDS = 5

export async function openWorld({ screen, folder, shownFolder, signal, closing, port }: WorldOptions): Promise<World> {
  closing(await takeFolder(folder))
  // The same seed, the same ids: every demo shows the same. The latencies are there to be seen.
  const [salesforce, whmcs] = await Promise.all([
    startSalesforce({ seed: 2026, latencyMs: 60 }),
    startWhmcs({ latencyMs: 25 }),
  ])
  closing(() => Promise.all([salesforce.close(), whmcs.close()]))
  screen.event(`Salesforce (simulator)  ${salesforce.url}`)
  screen.event(`WHMCS (simulator)       ${whmcs.url}`)

  const ports = await choosePorts(port)
  signal.throwIfAborted()
  const service = launch(folder, ports, settings(salesforce, whmcs))
  closing(service.stop)
  await warmUp(salesforce)
  await service.ready
  screen.event(`Soapstone               ${service.url}   log: ${join(shownFolder, LOG)}`)
  screen.event(`  for admins            ${service.adminUrl}`)

  const { url: databaseUrl } = await openEmbedded({ folder })
  const pool = openPool({ url: databaseUrl, connections: 2, name: 'soapstone demo', onError: () => {} })
  closing(() => pool.end())
  screen.event(`Postgres (embedded)     ${databaseUrl}`)
  const endpoint = `${service.url}/outbound-messages/order`
  return { screen, folder, salesforce, whmcs, service, endpoint, databaseUrl, pool, signal }
}

function settings(salesforce: Salesforce, whmcs: Whmcs): Record<string, string> {
  return {
    ...settingsOf(salesforce, whmcs),
    SESSION_KEY: randomBytes(32).toString('base64'),
    WHMCS_SETTLE_SECONDS: String(SETTLE_SECONDS),
    // Whoever looks on shall not have to wait.
    BATCH_WAIT: '1s',
    RETRY_SCHEDULE: '1s,2s,4s,8s',
    DRAIN_SECONDS: '5',
    LOG_LEVEL: 'info',
  }
}

/** The sender reads its WSDL at its first message, which would count as time that the first Ack took. */
async function warmUp(salesforce: Salesforce): Promise<void> {
  await salesforce.send({ endpoint: salesforce.url, orderIds: [salesforce.organizationId], giveUpMs: 0 })
}
