/** The whole service in this process, between the two simulators, each on a port of its own. */
import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { organizationsOf } from '../../src/config/organizations.ts'
import { readConfig } from '../../src/config/read.ts'
import { createLog } from '../../src/runtime/logger.ts'
import { type Half, type Service, start } from '../../src/service/start.ts'
import { type Salesforce, startSalesforce } from '../simulators/salesforce.ts'
import { settingsOf } from '../simulators/settings.ts'
import { startWhmcs, type Whmcs, type WhmcsOptions } from '../simulators/whmcs.ts'
import { createDatabase } from './postgres.ts'

export interface World {
  salesforce: Salesforce
  whmcs: Whmcs
  databaseUrl: string
  /** The settings with which `serve` finds all of them. */
  settings: Record<string, string>
}

/** Simulators and a database, without the service. `install`: what is special with this WHMCS. */
export async function createWorld(
  t: Test,
  more: Record<string, string> = {},
  install: WhmcsOptions = {},
): Promise<World> {
  const [salesforce, whmcs, databaseUrl] = await Promise.all([
    startSalesforce(),
    startWhmcs(install),
    createDatabase(t),
  ])
  t.teardown(() => Promise.all([salesforce.close(), whmcs.close()]))
  const settings = {
    DATABASE_URL: databaseUrl,
    PORT: '0',
    ADMIN_PORT: '0',
    ...settingsOf(salesforce, whmcs),
    SESSION_KEY: randomBytes(32).toString('base64'),
    WHMCS_SETTLE_SECONDS: '1',
    RETRY_SCHEDULE: '50ms,100ms,200ms',
    LEASE_SECONDS: '3',
    BATCH_WAIT: '20ms',
    ...more,
  }
  return { salesforce, whmcs, databaseUrl, settings }
}

export interface Running extends World {
  service: Service
  /** Where messages go. */
  endpoint: string
  /** Everything that was logged, a JSON line each. */
  log: string[]
}

export async function createService(t: Test, more: Record<string, string> = {}): Promise<Running> {
  const world = await createWorld(t, more)
  const log: string[] = []
  const service = await startService(t, world, log)
  return { ...world, service, log, endpoint: `${service.url}/outbound-messages/order` }
}

export async function startService(
  t: Test,
  world: Pick<World, 'settings'>,
  log: string[] = [],
  only?: Half,
): Promise<Service> {
  const { config, problems } = readConfig(world.settings)
  if (!config) throw new Error(problems.join('\n'))
  const service = await start({
    config,
    organizations: organizationsOf(config),
    log: createLog('info', { write: (line) => log.push(line) }),
    only,
    // What else this machine is doing is no reason to refuse anybody.
    maxEventLoopDelayMs: 0,
  })
  let closed = false
  const close = async () => {
    if (!closed) await service.close()
    closed = true
  }
  // Before the simulators and the database go.
  t.teardown(close)
  return { ...service, close }
}
