/** The ledger's Postgres, as the doctor looks at it: a pool of its own, opened when the first check asks. */
import type { LedgerConfig } from '../../config/read-parts.ts'
import { createHealth } from '../../ledger/people/health.ts'
import { openPool, type Pool } from '../../ledger/postgres/pool.ts'
import { schemaState } from '../../ledger/schema/migrate.ts'
import { knownOrders } from '../../ledger/work/intents.ts'
import type { DatabasePort } from '../../operations/doctor/database.ts'
import { openDatabase } from '../database.ts'

type Where = Pick<LedgerConfig, 'url' | 'folder'> & { how: 'join' | 'make' }

export interface LedgerOfDoctor extends DatabasePort {
  troubles: ReturnType<typeof createHealth>['troubles']
  /** Orders that were accepted in WHMCS before. */
  known(organizationId: string, most: number): Promise<{ clientId: string; orderId: string; whmcsOrderId: string }[]>
  close(): Promise<void>
}

export function ledgerOfDoctor(where: Where): LedgerOfDoctor {
  let opened: ReturnType<typeof open> | undefined
  const ledger = () => {
    opened ??= open(where)
    return opened
  }
  const health = async () => (await ledger()).health
  return {
    server: async () => (await health()).server(),
    async schema() {
      const state = await schemaState((await ledger()).url)
      return { missing: [], unknown: [], ...state }
    },
    missingRights: async () => (await health()).missingRights(),
    tables: async () => (await health()).tables(),
    snapshots: async () => (await health()).snapshots(),
    troubles: async (organizationId, codes) => (await health()).troubles(organizationId, codes),
    async known(organizationId, most) {
      const rows = await knownOrders((await ledger()).pool, { organization_id: organizationId, most })
      return rows.map(({ order_id: orderId, whmcs_client_id: clientId, whmcs_order_id: whmcsOrderId }) => {
        return { orderId, clientId, whmcsOrderId }
      })
    },
    async close() {
      const { pool, close } = (await opened?.catch(() => undefined)) ?? {}
      await pool?.end()
      await close?.()
    },
  }
}

async function open({ url, folder, how }: Where) {
  const database = await openDatabase({ url, folder }, how)
  const pool: Pool = openPool({
    url: database.url,
    connections: 3,
    name: 'soapstone doctor',
    access: 'read',
    connectMs: 5_000,
    statementMs: 8_000,
    onError: () => {},
  })
  return { url: database.url, pool, health: createHealth(pool), close: () => database.close() }
}
