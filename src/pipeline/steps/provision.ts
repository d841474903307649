/**
 * Provision: make the order exist in WHMCS, exactly once. AddOrder has no idempotency key, so, in the order of events:
 *
 * 1. look      whether the order is there already                                             provision/look.ts
 * 2. send      write the intent down, send AddOrder once, write the order's id down           provision/send.ts
 * 3. reconcile after an answer that is not clear: wait, look twice, adopt, ask or send again  provision/reconcile.ts
 * 4. accept    by the state of the order, never blindly twice                                 provision/accept.ts
 * 5. verify    that every line has its services and none is left Pending                      provision/verify.ts
 *
 * That the order is done is written with the settlement. If that fails, the next worker finds the order active.
 */

import { toProvisionRequest } from '../../domain/mapping/request.ts'
import type { WorkItem } from '../../domain/notification.ts'
import { isComplete } from '../../domain/order.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { notingFor } from '../../runtime/exchanges.ts'
import { acceptFound } from './provision/accept.ts'
import { cancel } from './provision/cancel.ts'
import { resolveClient } from './provision/client.ts'
import { createLanes } from './provision/lanes.ts'
import { adopt, look } from './provision/look.ts'
import { type Order, type ProvisionOptions, stepAside } from './provision/order.ts'
import { reconcile } from './provision/reconcile.ts'
import { send } from './provision/send.ts'
import { done } from './provision/verify.ts'

export function createProvision(options: ProvisionOptions) {
  const lanes = createLanes()

  async function provision(item: WorkItem, signal: AbortSignal): Promise<Outcome> {
    if (item.cancellation === 'wanted') return cancel(item, options, signal)
    const order = await open(item, options, signal)
    if (order === undefined) return { kind: 'refresh' }
    const { client } = order.request
    if (client !== undefined) return resolveClient(order, client)
    const pids = order.request.lines.map(({ pid }) => pid)
    return (await lanes.run(pids, () => goOn(order))) ?? stepAside(order)
  }
  return (items: WorkItem[], signal: AbortSignal): Promise<Outcome[]> =>
    Promise.all(items.map((item) => notingFor(item, () => provision(item, signal))))
}

/** Takes the order from where it stands to its end, or to a point where it has to wait. */
async function goOn(order: Order): Promise<Outcome> {
  const { intent } = order
  if (intent?.whmcsOrderId !== undefined) {
    if (intent.state === 'accepted') return done(intent.whmcsOrderId, 'it was provisioned before')
    return acceptFound(order, { ...intent, whmcsOrderId: intent.whmcsOrderId })
  }
  if (intent?.state === 'sending') return reconcile(order, intent)
  const { all, marked = [] } = await look(order, 'orders')
  const [whmcsOrderId] = marked
  return whmcsOrderId === undefined ? send(order, all) : adopt(order, whmcsOrderId)
}

/** Returns undefined when the snapshot of the order is missing or too old, or lacks what the mapping of now reads. */
async function open(item: WorkItem, options: ProvisionOptions, signal: AbortSignal): Promise<Order | undefined> {
  const { snapshot, snapshotAgeMs = 0 } = item
  if (snapshot === undefined || snapshotAgeMs > options.snapshotMaxAgeMs) return undefined
  const { rules } = options
  if (!isComplete(snapshot, rules)) return undefined
  const request = toProvisionRequest(snapshot, rules)
  if (request.lines.length === 0) return undefined
  // The claim says whether there is an intent; most orders have none. If one was written since, `intend` refuses.
  const intent = item.provisioning && (await options.intents.read(item.organizationId, item.recordId))
  return { item, request, options, signal, ...(intent && { intent }) }
}
