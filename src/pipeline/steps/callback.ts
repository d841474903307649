/** Callback: read the orders that the notifications name, decide what to do, and say `Activating` in Salesforce. */
import { CODES, FAILURES } from '../../domain/codes.ts'
import { Failure } from '../../domain/failure.ts'
import type { OrderRules } from '../../domain/mapping/mapping.ts'
import { buildRequest } from '../../domain/mapping/request.ts'
import type { WorkItem } from '../../domain/notification.ts'
import { eligibility, isCancelled, isChange, isSame, type OrderSnapshot, obstacle } from '../../domain/order.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { changes, decideCancelled, mayBeCancelled, revived } from './callback/cancellation.ts'
import { ignoreUnlessSent, leaveOut } from './callback/withdrawn.ts'

/** Salesforce, as callback needs it. `sessions` are those of the messages, newest first. */
export interface Orders {
  read(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, OrderSnapshot>>
  /** Returns those that are known to be deleted. */
  findDeleted(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Set<string>>
  /** Says `Activating`. Returns a failure for each order that Salesforce refused to change. */
  markActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  /** Empties the field again. Returns a failure for each order that Salesforce refused to change. */
  clearActivating(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  /** Writes the WHMCS client of each account. Returns a failure for each that was refused, by account. */
  linkAccounts(links: Link[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
  /** Says that the orders are done, of which nothing is for WHMCS. Returns a failure for each that was refused. */
  markLeftOut(orderIds: string[], sessions: string[], signal: AbortSignal): Promise<Map<string, Failure>>
}

export interface Link {
  accountId: string
  whmcsClientId: string
}

export interface Snapshots {
  /** Returns the records that were read before. Where one of them says `Activating`, Soapstone has written it. */
  readOrders(items: WorkItem[]): Promise<Set<string>>
  saveSnapshots(snapshots: { item: WorkItem; snapshot: OrderSnapshot }[]): Promise<void>
  /** The WHMCS clients that were found or made for these accounts, by account. */
  knownClients(accountIds: string[]): Promise<Map<string, string>>
  /** Which orders are to be cancelled in WHMCS, and which are not any more. */
  wantCancel(organizationId: string, orders: { orderId: string; wanted: boolean }[]): Promise<void>
}

export interface CallbackOptions {
  orders: Orders
  snapshots: Snapshots
  rules: OrderRules
}

/** What one run works on. */
export interface Batch extends CallbackOptions {
  items: WorkItem[]
  sessions: string[]
  signal: AbortSignal
}

/** A notification, and the order that it names, if that could be read. */
export interface ReadOrder {
  item: WorkItem
  snapshot?: OrderSnapshot
  /** It could not be read because it was deleted. */
  deleted?: true
  /** Its account does not name its WHMCS client in Salesforce; the ledger does. */
  unlinked?: true
}

export interface Decided extends ReadOrder {
  outcome: Outcome
}

export function createCallback(options: CallbackOptions) {
  return async (items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> => {
    const batch = { ...options, items, sessions: sessionsOf(items), signal }
    const read = await withKnownClients(batch, await readOrders(batch))
    const decided = read.map((order) => ({ ...order, outcome: decide(order, options.rules) }))
    await keepSnapshots(batch, decided)
    await keepCancellations(batch, decided)
    const refused = new Map([...(await sayActivating(batch, decided)), ...(await sayClients(batch, decided))])
    const unsaid = new Map([...(await takeActivatingBack(batch, decided)), ...(await sayLeftOut(batch, decided))])
    return decided.map((order) => concluded(order, refused, unsaid))
  }
}

/** The sessions that came with these items: each once, the newest first. */
export function sessionsOf(items: WorkItem[]): string[] {
  const byAge = [...items].sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
  return [...new Set(byAge.flatMap((item) => item.sessionId ?? []))]
}

/** One call for all orders. A second one only when a message carried the data of an order that can't be read. */
export async function readOrders({ items, orders, sessions, signal, rules }: Batch): Promise<ReadOrder[]> {
  const ids = items.map((item) => item.recordId)
  const found = await orders.read(ids, sessions, signal)
  const missing = items
    .filter((item) => !found.has(item.recordId) && (item.hasData || mayBeCancelled(item, rules)))
    .map((item) => item.recordId)
  const deleted = missing.length > 0 ? await orders.findDeleted(missing, sessions, signal) : new Set<string>()
  return items.map((item) => {
    const snapshot = found.get(item.recordId)
    return { item, ...(snapshot && { snapshot }), ...(deleted.has(item.recordId) && { deleted: true as const }) }
  })
}

/** So the orders of an account whose client was found or made are its orders, whether Salesforce knows it or not. */
async function withKnownClients({ snapshots, rules }: Batch, read: ReadOrder[]): Promise<ReadOrder[]> {
  const nameless = read.flatMap(({ snapshot }) =>
    snapshot && snapshot.account.whmcsClientId === undefined ? [snapshot.account.id] : [],
  )
  if (rules.client === undefined || nameless.length === 0) return read
  const known = await snapshots.knownClients([...new Set(nameless)])
  return read.map((order): ReadOrder => {
    const { snapshot } = order
    const whmcsClientId = snapshot && known.get(snapshot.account.id)
    if (snapshot === undefined || whmcsClientId === undefined) return order
    if (snapshot.account.whmcsClientId !== undefined) return order
    return { ...order, snapshot: { ...snapshot, account: { ...snapshot.account, whmcsClientId } }, unlinked: true }
  })
}

export function decide(order: ReadOrder, rules: OrderRules): Outcome {
  const { item, snapshot } = order
  if (snapshot === undefined) return decideUnread(order, rules)
  const said = eligibility(snapshot, rules)
  // Our report hides a change that somebody made right before it. So compare: is the order still the one that failed?
  if (said === 'reported' && !item.replayed && item.snapshot && isSame(item.snapshot, snapshot)) {
    return { kind: 'ignore', code: 'OWN_REPORT', message: CODES.OWN_REPORT.meaning }
  }
  const taken = isCancelled(snapshot, rules)
    ? decideCancelled(item, rules, {
        why: `The order is '${snapshot.status}' in Salesforce`,
        certain: true,
        told: snapshot.provisioningStatus === rules.statuses.cancelled,
      })
    : undefined
  if (taken !== undefined) return taken
  switch (said) {
    case 'provisioned':
      return { kind: 'complete', ...(snapshot.whmcsOrderId !== undefined && { whmcsOrderId: snapshot.whmcsOrderId }) }
    case 'not-eligible':
      if (comesTooEarly(item)) {
        const { meaning: message } = CODES.NOT_YET_APPROVED
        return { kind: 'wait', seconds: EVENT_AHEAD_SECONDS, code: 'NOT_YET_APPROVED', message }
      }
      return ignoreUnlessSent(item, 'NOT_ELIGIBLE', `${CODES.NOT_ELIGIBLE.meaning} ${obstacle(snapshot, rules) ?? ''}`)
    case 'reported':
    case 'eligible':
      break
  }
  if (item.cancellation === 'cancelled') return revived(item)
  if (item.provisioning === undefined && isChange(snapshot, rules)) return changes(item)
  const { request, failures, skipped } = buildRequest(snapshot, rules)
  const [failure] = failures
  if (failure !== undefined) return { kind: 'fail', failure }
  if (request.lines.length === 0) return leaveOut(item, skipped, rules.version)
  return { kind: 'advance', step: 'provision', whmcsClientId: request.clientId }
}

/** How much earlier an event may come than the commit that it tells of. */
const EVENT_AHEAD_SECONDS = 60

/** Published immediately, an event may be here before its change is. Once it is looked at again. */
function comesTooEarly(item: WorkItem): boolean {
  return item.toldByEvent === true && item.replayed !== true && item.lastFailure?.code !== 'NOT_YET_APPROVED'
}

/** An order that came with data was there a moment ago. If it is not known to be deleted, the login can't see it. */
export function decideUnread({ item, deleted }: ReadOrder, rules: OrderRules): Outcome {
  const why = deleted ? 'The order was deleted in Salesforce' : 'The order can not be found in Salesforce any more'
  const taken =
    item.hasData && !deleted ? undefined : decideCancelled(item, rules, { why, certain: deleted === true, told: true })
  if (taken !== undefined) return taken
  if (!item.hasData || deleted) return ignoreUnlessSent(item, 'RECORD_DELETED', CODES.RECORD_DELETED.meaning)
  const detail = "came with its data, but the integration user can't read it: check sharing"
  return { kind: 'fail', failure: new Failure('ORDER_NOT_VISIBLE', { record: `Order ${item.recordId}`, detail }) }
}

/** Also for failures: the snapshot says what the failure was about. */
export async function keepSnapshots({ snapshots }: Batch, decided: Decided[]): Promise<void> {
  const kept = decided.flatMap(({ item, snapshot, outcome }) =>
    snapshot && (outcome.kind === 'advance' || outcome.kind === 'fail') ? [{ item, snapshot }] : [],
  )
  if (kept.length > 0) await snapshots.saveSnapshots(kept)
}

/** Before the order is handed on: provision goes by what the ledger says. */
async function keepCancellations({ snapshots }: Batch, decided: Decided[]): Promise<void> {
  const kept = decided.flatMap(({ item, outcome }) => {
    if (outcome.kind !== 'advance') return []
    const wanted = outcome.cancels === true
    return wanted === (item.cancellation === 'wanted')
      ? []
      : [{ organizationId: item.organizationId, orderId: item.recordId, wanted }]
  })
  const [first] = kept
  if (first !== undefined) await snapshots.wantCancel(first.organizationId, kept)
}

/** Returns why Salesforce refused, by order. */
export async function sayActivating(
  { orders, rules, sessions, signal }: Batch,
  decided: Decided[],
): Promise<Map<string, Failure>> {
  const ids = notYetActivating(decided, rules)
  return ids.length > 0 ? orders.markActivating(ids, sessions, signal) : new Map()
}

/**
 * The orders that go on and don't say `Activating` yet. An update that changes nothing would still cost a call, and could
 * make Salesforce send the order again.
 */
export function notYetActivating(decided: Decided[], { statuses }: OrderRules): string[] {
  return decided.flatMap(({ snapshot, outcome }) =>
    snapshot &&
    outcome.kind === 'advance' &&
    outcome.step === 'provision' &&
    !outcome.cancels &&
    snapshot.provisioningStatus !== statuses.activating
      ? [snapshot.orderId]
      : [],
  )
}

/** Returns why Salesforce refused, by order, where trying again may help: the order itself can go on without the link. */
async function sayClients({ orders, sessions, signal }: Batch, decided: Decided[]): Promise<Map<string, Failure>> {
  const linking = decided.flatMap(({ snapshot, outcome, unlinked }) => {
    const { id: accountId, whmcsClientId } = snapshot?.account ?? { id: '' }
    return snapshot && unlinked && outcome.kind === 'advance' && !outcome.cancels && whmcsClientId !== undefined
      ? [{ orderId: snapshot.orderId, accountId, whmcsClientId }]
      : []
  })
  if (linking.length === 0) return new Map()
  const links = [...new Map(linking.map(({ orderId: _, ...link }) => [link.accountId, link])).values()]
  const refused = await orders.linkAccounts(links, sessions, signal)
  return new Map(
    linking.flatMap(({ orderId, accountId }): [string, Failure][] => {
      const failure = refused.get(accountId)
      return failure === undefined || FAILURES[failure.code].class === 'permanent' ? [] : [[orderId, failure]]
    }),
  )
}

/** The echo of it finds the order done, and says nothing more. */
async function sayLeftOut({ orders, rules, sessions, signal }: Batch, decided: Decided[]) {
  const ids = decided.flatMap(({ item, snapshot, outcome }) =>
    snapshot &&
    outcome.kind === 'complete' &&
    item.provisioning === undefined &&
    snapshot.provisioningStatus !== rules.statuses.provisioned
      ? [snapshot.orderId]
      : [],
  )
  return ids.length > 0 ? orders.markLeftOut(ids, sessions, signal) : new Map<string, Failure>()
}

/** Withdrawn orders must not say `Activating` for ever. Returns why some still do, where trying again may help. */
export async function takeActivatingBack(
  { orders, snapshots, rules, sessions, signal }: Batch,
  decided: Decided[],
): Promise<Map<string, Failure>> {
  const withdrawn = withdrawnItems(decided, rules)
  const ours = withdrawn.length > 0 ? [...(await snapshots.readOrders(withdrawn))] : []
  if (ours.length === 0) return new Map()
  const refused = await orders.clearActivating(ours, sessions, signal)
  return new Map([...refused].filter(([, { code }]) => FAILURES[code].class !== 'permanent'))
}

export function withdrawnItems(decided: Decided[], { statuses }: OrderRules): WorkItem[] {
  return decided.flatMap(({ item, snapshot, outcome }) =>
    outcome.kind === 'ignore' && snapshot?.provisioningStatus === statuses.activating ? [item] : [],
  )
}

/** What was decided; or the failure, where Salesforce refused the update. */
export function concluded(
  { item, outcome }: Decided,
  refused: Map<string, Failure>,
  unsaid: Map<string, Failure>,
): Outcome {
  const failure = (outcome.kind === 'advance' ? refused : unsaid).get(item.recordId)
  return failure ? { kind: 'fail', failure } : outcome
}
