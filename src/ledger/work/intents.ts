/** The durable intent of each order: what makes provisioning exactly-once. See sql/queries/intend.sql. */
import { createHash } from 'node:crypto'
import { Failure } from '../../domain/failure.ts'
import { withoutSecrets } from '../../domain/mapping/secrets.ts'
import type { ProvisioningState } from '../../domain/notification.ts'
import type { Details, ProvisionRequest } from '../../domain/order.ts'
import { failing, hasSqlState } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

const order = { organization_id: 'text', order_id: 'text' } as const

export const readIntent = query('read-intent', order, {
  state: 'ledger.provisioning_state',
  whmcs_client_id: 'text',
  whmcs_order_id: 'text?',
  request: 'jsonb',
  request_hash: 'text',
  prior_order_ids: 'text[]',
  sends: 'integer',
  looks: 'integer',
  service_ids: 'jsonb',
  seconds_since_sent: 'double precision',
  seconds_since_look: 'double precision?',
  seconds_since_accept: 'double precision?',
})
export const intend = query(
  'intend',
  {
    ...order,
    whmcs_client_id: 'text',
    request: 'jsonb',
    request_hash: 'text',
    prior_order_ids: 'text[]',
    sends: 'integer',
    looks_needed: 'integer',
  },
  { sends: 'integer' },
)
export const recordRefusal = query(
  'record-refusal',
  { ...order, sends: 'integer' },
  { state: 'ledger.provisioning_state' },
)
export const recordSearch = query('record-search', { ...order, sends: 'integer' }, { looks: 'integer' })
export const recordOrder = query(
  'record-order',
  {
    ...order,
    whmcs_client_id: 'text',
    whmcs_order_id: 'text',
    adopted: 'boolean',
    request: 'jsonb',
    request_hash: 'text',
    accept_follows: 'boolean',
  },
  { whmcs_order_id: 'text' },
)
export const beginPay = query('begin-pay', { ...order, settle_time: 'interval' }, { whmcs_order_id: 'text' })
export const beginCancel = query('begin-cancel', { ...order, settle_time: 'interval' }, { whmcs_order_id: 'text?' })
export const recordCancelled = query('record-cancelled', order, { order_id: 'text' })
export const wantCancel = query('want-cancel', { organization_id: 'text', order_id: 'text[]', wanted: 'boolean[]' }, {})
export const recordDetails = query('record-details', { ...order, details: 'jsonb' }, { order_id: 'text' })
export const beginAccept = query('begin-accept', { ...order, settle_time: 'interval' }, { whmcs_order_id: 'text' })
export const knownOrders = query(
  'known-orders',
  { organization_id: 'text', most: 'integer' },
  { order_id: 'text', whmcs_client_id: 'text', whmcs_order_id: 'text' },
)

export const orderOf = query('order-of', { organization_id: 'text', whmcs_order_id: 'text' }, { order_id: 'text' })

/** Fits the pipeline's port of the intents, which says what each is for. */
export function createIntents(given: Runner) {
  const runner = failing(given)

  /** The order that is known under this WHMCS order id. */
  async function findOrder(organizationId: string, whmcsOrderId: string): Promise<string | undefined> {
    const [row] = await orderOf(runner, { organization_id: organizationId, whmcs_order_id: whmcsOrderId })
    return row?.order_id
  }

  return {
    orderOf: findOrder,
    async read(organizationId: string, orderId: string) {
      const [row] = await readIntent(runner, { organization_id: organizationId, order_id: orderId })
      if (row === undefined) return undefined
      return {
        state: row.state as ProvisioningState,
        whmcsClientId: row.whmcs_client_id,
        ...(row.whmcs_order_id !== undefined && { whmcsOrderId: row.whmcs_order_id }),
        // Written by intend and recordOrder alone.
        request: row.request as ProvisionRequest,
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
      const [row] = await intend(runner, {
        ...asked(organizationId, request),
        prior_order_ids: priorOrderIds,
        sends,
        looks_needed: looksNeeded,
      })
      return row?.sends
    },
    async recordRefusal(organizationId: string, orderId: string, sends: number) {
      await recordRefusal(runner, { organization_id: organizationId, order_id: orderId, sends })
    },
    async recordSearch(organizationId: string, orderId: string, sends: number) {
      await recordSearch(runner, { organization_id: organizationId, order_id: orderId, sends })
    },
    async recordOrder(
      organizationId: string,
      request: ProvisionRequest,
      { whmcsOrderId, adopted, accept }: { whmcsOrderId: string; adopted: boolean; accept?: 'later' },
    ) {
      const { orderId } = request
      const accept_follows = !adopted && accept !== 'later'
      const row = { ...asked(organizationId, request), whmcs_order_id: whmcsOrderId, adopted, accept_follows }
      const rows = await recordOrder(runner, row).catch(async (error: unknown) => {
        // one_order_per_whmcs_order: never silently another order's id.
        if (!hasSqlState(error, '23505')) throw error
        const other = await findOrder(organizationId, whmcsOrderId)
        const detail = `is order ${orderId} in WHMCS now, and order ${other} in the ledger`
        throw new Failure('WHMCS_ORDER_ID_REUSED', { record: `WHMCS order ${whmcsOrderId}`, detail, cause: error })
      })
      return rows.length > 0
    },
    async beginAccept(organizationId: string, orderId: string, settleSeconds: number) {
      const rows = await beginAccept(runner, {
        organization_id: organizationId,
        order_id: orderId,
        settle_time: `${settleSeconds} seconds`,
      })
      return rows.length > 0
    },
    async beginPay(organizationId: string, orderId: string, settleSeconds: number) {
      const settle_time = `${settleSeconds} seconds`
      return (await beginPay(runner, { organization_id: organizationId, order_id: orderId, settle_time })).length > 0
    },
    async beginCancel(organizationId: string, orderId: string, settleSeconds: number) {
      const settle_time = `${settleSeconds} seconds`
      return (await beginCancel(runner, { organization_id: organizationId, order_id: orderId, settle_time })).length > 0
    },
    async recordCancelled(organizationId: string, orderId: string) {
      await recordCancelled(runner, { organization_id: organizationId, order_id: orderId })
    },
    /** Which orders of one organisation are to be cancelled, and which are not any more. */
    async wantCancel(organizationId: string, orders: { orderId: string; wanted: boolean }[]) {
      await wantCancel(runner, {
        organization_id: organizationId,
        order_id: orders.map(({ orderId }) => orderId),
        wanted: orders.map(({ wanted }) => wanted),
      })
    },
    async recordDetails(organizationId: string, orderId: string, details: Details) {
      await recordDetails(runner, {
        organization_id: organizationId,
        order_id: orderId,
        details: storableJson(details),
      })
    },
    /** Orders of which it is certain that they are in WHMCS and were made with our marker. */
    async known(organizationId: string, most: number) {
      const rows = await knownOrders(runner, { organization_id: organizationId, most })
      return rows.map(({ order_id: orderId, whmcs_client_id: clientId, whmcs_order_id: whmcsOrderId }) => ({
        orderId,
        clientId,
        whmcsOrderId,
      }))
    },
  }
}

/** The same request is asked for twice: before it is sent, and when its answer has come. */
const written = new WeakMap<ProvisionRequest, { request: string; request_hash: string }>()

function asked(organizationId: string, request: ProvisionRequest) {
  const known = written.get(request) ?? write(request)
  return { organization_id: organizationId, order_id: request.orderId, whmcs_client_id: request.clientId, ...known }
}

function write(request: ProvisionRequest) {
  const text = storableJson(withoutSecrets(request))
  const made = { request: text, request_hash: createHash('sha256').update(text).digest('hex') }
  written.set(request, made)
  return made
}
