/** The durable intent of each order: what makes provisioning exactly-once. See sql/queries/intend.sql. */
import { createHash } from 'node:crypto'
import type { ProvisioningState } from '../../domain/notification.ts'
import type { ProvisionRequest } from '../../domain/order.ts'
import { failing } from '../postgres/pool.ts'
import type { Runner } from '../postgres/query.ts'
import * as queries from '../queries.ts'

/** Fits the pipeline's port of the intents, which says what each is for. */
export function createIntents(given: Runner) {
  const runner = failing(given)
  return {
    async read(organizationId: string, orderId: string) {
      const [row] = await queries.readIntent(runner, organizationId, orderId)
      if (row === undefined) return undefined
      return {
        state: row.state as ProvisioningState,
        whmcsClientId: row.whmcs_client_id,
        ...(row.whmcs_order_id !== undefined && { whmcsOrderId: row.whmcs_order_id }),
        requestHash: row.request_hash,
        priorOrderIds: row.prior_order_ids,
        sends: row.sends,
        looks: row.looks,
        secondsSinceSent: row.seconds_since_sent,
        ...(row.seconds_since_look !== undefined && { secondsSinceLook: row.seconds_since_look }),
        ...(row.seconds_since_accept !== undefined && { secondsSinceAccept: row.seconds_since_accept }),
        serviceIds: row.service_ids as Record<string, string>,
      }
    },
    async intend(
      organizationId: string,
      request: ProvisionRequest,
      { priorOrderIds, sends, looksNeeded }: { priorOrderIds: string[]; sends: number; looksNeeded: number },
    ) {
      const text = JSON.stringify(request)
      const [row] = await queries.intend(
        runner,
        organizationId,
        request.orderId,
        request.clientId,
        text,
        hash(text),
        priorOrderIds,
        sends,
        looksNeeded,
      )
      return row?.sends
    },
    async recordRefusal(organizationId: string, orderId: string, sends: number) {
      await queries.recordRefusal(runner, organizationId, orderId, sends)
    },
    async recordSearch(organizationId: string, orderId: string, sends: number) {
      await queries.recordSearch(runner, organizationId, orderId, sends)
    },
    async recordOrder(
      organizationId: string,
      request: ProvisionRequest,
      { whmcsOrderId, adopted }: { whmcsOrderId: string; adopted: boolean },
    ) {
      const text = JSON.stringify(request)
      const rows = await queries.recordOrder(
        runner,
        organizationId,
        request.orderId,
        request.clientId,
        whmcsOrderId,
        adopted,
        text,
        hash(text),
      )
      return rows.length > 0
    },
    async beginAccept(organizationId: string, orderId: string, settleSeconds: number) {
      const rows = await queries.beginAccept(runner, organizationId, orderId, `${settleSeconds} seconds`)
      return rows.length > 0
    },
    /** Orders of which it is certain that they are in WHMCS and were made with our marker. */
    async known(organizationId: string, most: number) {
      const rows = await queries.knownOrders(runner, organizationId, most)
      return rows.map(({ order_id: orderId, whmcs_client_id: clientId, whmcs_order_id: whmcsOrderId }) => ({
        orderId,
        clientId,
        whmcsOrderId,
      }))
    },
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
