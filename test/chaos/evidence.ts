/** What is kept after a violation, so that it can be understood. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Violation } from './checker.ts'
import type { Plan } from './plan.ts'
import type { World } from './world.ts'

/** Beside the logs of both serves, `events.log` and the folder of Postgres. Returns the file's path. */
export async function keepEvidence(world: World, plan: Plan, violations: Violation[]): Promise<string> {
  const { folder, postgres, salesforce, whmcs } = world
  const orderIds = [...new Set(violations.flatMap(({ orderId }) => orderId ?? []))].slice(0, 50)
  const orders = []
  for (const orderId of orderIds) {
    const all = async (sql: string) => (await postgres.pool.query<Record<string, unknown>>(sql, [orderId])).rows
    orders.push({
      orderId,
      notifications: await all('select * from ledger.overview where record_id = $1 order by received_at'),
      attempts: await all('select * from ledger.attempts where record_id = $1 order by started_at'),
      provisioning: await all('select * from ledger.provisioning where order_id = $1'),
      whmcs: whmcs.ordersFor(orderId),
      salesforce: salesforce.record(orderId),
    })
  }
  const file = join(folder, 'violation.json')
  await writeFile(file, `${JSON.stringify({ plan, violations, orders }, null, 2)}\n`)
  return file
}
