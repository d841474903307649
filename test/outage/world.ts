/** Postgres, Salesforce, a WHMCS that can be away, and one serve between them. */
import { mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openPostgres, type Postgres } from '../chaos/postgres.ts'
import { createServe, type Serve } from '../chaos/serve.ts'
import { type Salesforce, startSalesforce } from '../simulators/salesforce.ts'
import { settingsOf } from '../simulators/settings.ts'
import { startWhmcs, type Whmcs } from '../simulators/whmcs.ts'

export interface World {
  postgres: Postgres
  databaseUrl: string
  salesforce: Salesforce
  /** The WHMCS of now. */
  readonly whmcs: Whmcs
  serve: Serve
  /** Connections are refused from now on. */
  takeWhmcsAway(): Promise<void>
  /** It is back, where it was. */
  bringWhmcsBack(): Promise<void>
  close(): Promise<void>
}

/** WHMCS answers every call with 503 and a page, to begin with. */
export async function openWorld(more: Record<string, string>): Promise<World> {
  const folder = fileURLToPath(new URL(`../../.soapstone/outage-${process.pid}`, import.meta.url))
  await mkdir(folder, { recursive: true })
  const postgres = await openPostgres(folder)
  const [salesforce, first] = await Promise.all([startSalesforce(), startWhmcs()])
  const databaseUrl = `postgres://soapstone@127.0.0.1:${postgres.port}/soapstone`
  let whmcs = first
  whmcs.faults.push({ on: 'any', times: Infinity, kind: 'status', status: 503, body: '<h1>Service Unavailable</h1>' })
  const serve = createServe('serve', folder, {
    DATABASE_URL: databaseUrl,
    PORT: '0',
    ADMIN_PORT: '0',
    ...settingsOf(salesforce, whmcs),
    ...more,
  })
  await serve.up()
  return {
    postgres,
    databaseUrl,
    salesforce,
    get whmcs() {
      return whmcs
    },
    serve,
    takeWhmcsAway: () => whmcs.close(),
    async bringWhmcsBack() {
      whmcs = await startWhmcs({ port: Number(new URL(whmcs.url).port) })
    },
    async close() {
      await serve.stop()
      await Promise.all([salesforce.close(), whmcs.close(), postgres.close()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
