/** Callback: read the orders that the notifications name, decide what is to be done, say `Activating`. */
import { CODES, FAILURES, type IgnoreCode } from '../../domain/codes.ts'
import { Failure } from '../../domain/failure.ts'
import type { WorkItem } from '../../domain/notification.ts'
import { eligibility, isSame, type OrderRules, type OrderSnapshot, toProvisionRequest } from '../../domain/order.ts'
import type { Outcome } from '../../domain/outcome.ts'

/** Salesforce, as callback needs it. Sessions: those of the messages, newest first. */
export interface Orders {
  read(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, OrderSnapshot>>
  /** Says `Activating`. Returns a failure for each order that Salesforce refused to change. */
  markActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  /** Takes it back: the field is empty then. The same. */
  unmarkActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
}

export interface Snapshots {
  /** The records of these that were read before: whoever says `Activating` of them, it is us. */
  readOrders(items: WorkItem[]): Promise<Set<string>>
  saveSnapshots(snapshots: { item: WorkItem; snapshot: OrderSnapshot }[]): Promise<void>
}

export function createCallback({
  orders,
  snapshots,
  rules,
}: {
  orders: Orders
  snapshots: Snapshots
  rules: OrderRules
}) {
  return callback

  async function callback(items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> {
    const sessions = sessionsOf(items)
    const found = await orders.read(
      items.map((item) => item.recordId),
      sessions,
      signal,
    )
    const decided = items.map((item) => {
      const snapshot = found.get(item.recordId)
      return { item, snapshot, outcome: decide(item, snapshot, rules) }
    })
    // That of a failure as well: it says what the failure was about.
    const read = decided.flatMap(({ item, snapshot, outcome }) =>
      snapshot && (outcome.kind === 'advance' || outcome.kind === 'fail') ? [{ item, snapshot, outcome }] : [],
    )
    if (read.length > 0) await snapshots.saveSnapshots(read)
    const goingOn = read.filter(({ outcome }) => outcome.kind === 'advance')
    // Only those that don't say so yet: an update that changes nothing would still cost a call, and could make
    // Salesforce send the order once more.
    const unmarked = goingOn.filter(({ snapshot }) => snapshot.provisioningStatus !== rules.statuses.activating)
    const ids = unmarked.map(({ snapshot }) => snapshot.orderId)
    const refused = ids.length > 0 ? await orders.markActivating(ids, sessions, signal) : new Map<string, Failure>()
    const kept = await takeBack(decided, sessions, signal)
    return decided.map(({ item, outcome }) => {
      const failure = (outcome.kind === 'advance' ? refused : kept).get(item.recordId)
      return failure ? { kind: 'fail', failure } : outcome
    })
  }

  /** Orders that were withdrawn must not say `Activating` for ever. Returns why some still do, where that may pass. */
  async function takeBack(decided: Decided[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>> {
    const withdrawn = decided.filter(
      ({ outcome, snapshot }) =>
        outcome.kind === 'ignore' && snapshot?.provisioningStatus === rules.statuses.activating,
    )
    if (withdrawn.length === 0) return new Map()
    const ours = [...(await snapshots.readOrders(withdrawn.map(({ item }) => item)))]
    if (ours.length === 0) return new Map()
    const refused = await orders.unmarkActivating(ours, sessions, signal)
    return new Map([...refused].filter(([, { code }]) => FAILURES[code].class !== 'permanent'))
  }
}

interface Decided {
  item: WorkItem
  snapshot: OrderSnapshot | undefined
  outcome: Outcome
}

function decide(item: WorkItem, order: OrderSnapshot | undefined, rules: OrderRules): Outcome {
  if (order === undefined) return ignoreUnlessSent(item, 'RECORD_DELETED', CODES.RECORD_DELETED.meaning)
  switch (eligibility(order, rules)) {
    case 'provisioned':
      return { kind: 'complete', ...(order.whmcsOrderId !== undefined && { whmcsOrderId: order.whmcsOrderId }) }
    case 'not-eligible':
      return ignoreUnlessSent(item, 'NOT_ELIGIBLE', `${CODES.NOT_ELIGIBLE.meaning} It is '${order.status}'.`)
    case 'reported':
      // Our report hides who had changed the order right before it: what failed must be what is there now.
      if (!item.replayed && item.snapshot && isSame(item.snapshot, order)) {
        return ignoreUnlessSent(item, 'OWN_REPORT', CODES.OWN_REPORT.meaning)
      }
      break
    case 'eligible':
      break
  }
  try {
    const { clientId } = toProvisionRequest(order, rules)
    return { kind: 'advance', step: 'provision', whmcsClientId: clientId }
  } catch (error) {
    if (error instanceof Failure) return { kind: 'fail', failure: error }
    throw error
  }
}

/** An order that WHMCS has or may have taken, but has not accepted, can't be forgotten because it was withdrawn. */
function ignoreUnlessSent(item: WorkItem, code: IgnoreCode, message: string): Outcome {
  if (item.provisioning !== 'sending' && item.provisioning !== 'added') return { kind: 'ignore', code, message }
  return {
    kind: 'fail',
    failure: new Failure('ORDER_WITHDRAWN', { record: `Order ${item.recordId}`, detail: message }),
  }
}

/** The sessions that came with these items, each once, newest first. */
export function sessionsOf(items: WorkItem[]): string[] {
  const byAge = [...items].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
  return [...new Set(byAge.flatMap((item) => item.sessionId ?? []))]
}
