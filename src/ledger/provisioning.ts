/** The durable intent of each order: what makes provisioning exactly-once. See sql/queries/intend.sql. */
import { createHash } from 'node:crypto'
import type { ProvisioningState } from '../domain/notification.ts'
import type { ProvisionRequest } from '../domain/order.ts'
import * as queries from './queries.ts'
import type { Runner } from './query.ts'

export interface Intent {
  state: ProvisioningState
  whmcsClientId: string
  whmcsOrderId?: string
  /** SHA-256 of what WHMCS was asked for. */
  requestHash: string
  /** Ids of the orders that the client had in WHMCS before the sending. */
  priorOrderIds: string[]
  /** How often AddOrder was sent. */
  sends: number
  /** How often WHMCS was searched in vain since. */
  looks: number
  secondsSinceSent: number
  secondsSinceLook?: number
  secondsSinceAccept?: number
  serviceIds: Record<string, string>
}

export interface Provisionings {
  read(organizationId: string, orderId: string): Promise<Intent | undefined>
  /** Before AddOrder. Undefined: another worker was faster, send nothing. Else: the number of this sending. */
  intend(
    organizationId: string,
    request: ProvisionRequest,
    before: { priorOrderIds: string[]; sends: number; looksNeeded: number },
  ): Promise<number | undefined>
  /** WHMCS refused or was not reached: nothing was made. */
  refused(organizationId: string, orderId: string, sends: number): Promise<void>
  /** WHMCS was searched in vain. */
  looked(organizationId: string, orderId: string, sends: number): Promise<void>
  /**
   * The order exists in WHMCS; what was not adopted is accepted next. False: it is known under another id, or another
   * worker adopted ours before we heard of it.
   */
  added(
    organizationId: string,
    request: ProvisionRequest,
    order: { whmcsOrderId: string; adopted: boolean },
  ): Promise<boolean>
  /**
   * Before an AcceptOrder that does not follow an AddOrder of ours. False: another worker was faster, send nothing;
   * one that began longer ago than `settleSeconds` has ended.
   */
  accepting(organizationId: string, orderId: string, settleSeconds: number): Promise<boolean>
  accepted(organizationId: string, orderId: string, serviceIds: Record<string, string>): Promise<void>
}

export function createProvisionings(runner: Runner): Provisionings {
  return {
    async read(organizationId, orderId) {
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
    async intend(organizationId, request, { priorOrderIds, sends, looksNeeded }) {
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
    async refused(organizationId, orderId, sends) {
      await queries.refuseIntent(runner, organizationId, orderId, sends)
    },
    async looked(organizationId, orderId, sends) {
      await queries.lookAgain(runner, organizationId, orderId, sends)
    },
    async added(organizationId, request, { whmcsOrderId, adopted }) {
      const text = JSON.stringify(request)
      const rows = await queries.addOrder(
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
    async accepting(organizationId, orderId, settleSeconds) {
      const rows = await queries.beginAccept(runner, organizationId, orderId, `${settleSeconds} seconds`)
      return rows.length > 0
    },
    async accepted(organizationId, orderId, serviceIds) {
      await queries.acceptOrder(runner, organizationId, orderId, JSON.stringify(serviceIds))
    },
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
