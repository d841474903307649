/** Where orders stand, for those who wait for them: portals, callers of the Quick Action. */
import { STATES, STEPS } from '../../domain/notification.ts'
import type { OrderProgress } from '../../domain/order-status.ts'
import { query, type Runner } from '../postgres/query.ts'
import { available } from '../record/available.ts'

export const orderProgress = query(
  'order-progress',
  { organization_id: 'text[]', order_id: 'text[]', details: 'boolean' },
  {
    order_id: 'text',
    organization_id: 'text',
    open_id: 'text?',
    lease_no: 'integer?',
    open_step: 'text?',
    failing: 'boolean',
    open_since: 'timestamptz?',
    ended_id: 'text?',
    state: 'text?',
    ended_step: 'text?',
    error_code: 'text?',
    error_message: 'text?',
    ended_whmcs_order_id: 'text?',
    finalized_at: 'timestamptz?',
    whmcs_order_id: 'text?',
    accepted_at: 'timestamptz?',
    cancelled_at: 'timestamptz?',
    order_number: 'text?',
  },
)

type Row = Awaited<ReturnType<typeof orderProgress>>[number]

/** `version`: no more than it takes to know whether anything has changed. That reads neither what was sent nor orders. */
export type Depth = 'version' | 'whole'

export interface OrderProgresses {
  read(orderIds: readonly string[], depth: Depth): Promise<OrderProgress[]>
}

export function createOrderProgresses(runner: Runner, organizationIds: () => readonly string[]): OrderProgresses {
  return {
    async read(orderIds, depth) {
      const details = depth === 'whole'
      const asked = { organization_id: organizationIds(), order_id: orderIds, details }
      const rows = await available(() => orderProgress(runner, asked))
      return rows.map(toProgress)
    },
  }
}

function toProgress(row: Row): OrderProgress {
  return {
    orderId: row.order_id,
    organizationId: row.organization_id,
    version: versionOf(row),
    ...(row.order_number !== undefined && { orderNumber: row.order_number }),
    ...openOf(row),
    ...endedOf(row),
    ...(row.accepted_at !== undefined && { accepted: inWhmcs(row, row.accepted_at) }),
    ...(row.cancelled_at !== undefined && { cancelled: inWhmcs(row, row.cancelled_at) }),
  }
}

function inWhmcs({ whmcs_order_id: whmcsOrderId }: Row, at: Date) {
  return { at, ...(whmcsOrderId !== undefined && { whmcsOrderId }) }
}

/** A settlement that changes how the order stands changes one of these. */
function versionOf(row: Row): string {
  const open = [row.open_id, row.lease_no, row.open_step, row.failing]
  return [...open, row.ended_id, row.state, row.finalized_at?.getTime()].join(' ')
}

function openOf({ open_id, open_step, failing, open_since: since }: Row): Pick<OrderProgress, 'open'> {
  const step = STEPS.find((one) => one === open_step)
  return open_id === undefined || step === undefined || since === undefined ? {} : { open: { step, failing, since } }
}

function endedOf(row: Row): Pick<OrderProgress, 'ended'> {
  const { error_code: code, error_message: message, ended_whmcs_order_id: whmcsOrderId, finalized_at: at } = row
  const step = STEPS.find((one) => one === row.ended_step)
  const state = STATES.find((one) => one === row.state)
  if (step === undefined || state === undefined || at === undefined) return {}
  return {
    ended: {
      state,
      step,
      at,
      ...(code !== undefined && { code }),
      ...(message !== undefined && { message }),
      ...(whmcsOrderId !== undefined && { whmcsOrderId }),
    },
  }
}
