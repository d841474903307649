import { CYCLES, ownFields } from './add-order.ts'
import { type PhpArray, text, truthy, whole } from './php-form.ts'
import { failure, type Reply, success } from './reply.ts'
import { now, removeOrder, type Store, type StoredOrder, type StoredService } from './store.ts'

export const acceptOrder = (store: Store, params: PhpArray): Reply => {
  const order = orderOf(store, params)
  if (order?.status !== 'Pending') return failure('Order ID not found or Status not Pending')

  // One service after the other: those before a failing one stay set up while the order stays Pending.
  const runsModules = !params.has('autosetup') || truthy(params.get('autosetup'))
  for (const service of order.services) {
    const module = store.products.get(service.pid)?.module ?? 'none'
    if (service.status === 'Active' || (module !== 'none' && !runsModules)) continue
    if (module !== 'none') store.moduleRuns.set(service.id, (store.moduleRuns.get(service.id) ?? 0) + 1)
    if (module === 'fails-late') service.status = 'Active'
    if (module === 'fails' || module === 'fails-late') return failure(recordFailure(store, service))
    if (module !== 'idle') service.status = 'Active'
  }
  order.status = 'Active'
  return success()
}

export const pendingOrder = (store: Store, params: PhpArray): Reply => {
  const order = orderOf(store, params)
  if (order === undefined) return failure('Order ID Not Found')
  setAll(order, 'Pending')
  return success()
}

export const cancelOrder = (store: Store, params: PhpArray): Reply => {
  const order = orderOf(store, params)
  if (order?.status !== 'Pending') return failure('Order ID not found or Status not Pending')
  // What a live 9.0.9 answers when the payment method knows no subscriptions.
  if (truthy(params.get('cancelsub'))) {
    return failure('Subscription Cancellation Failed - Please check the gateway log for further information.')
  }
  setAll(order, 'Cancelled')
  return success()
}

/** Not idempotent: a module may say that there is no such account any more. */
export const moduleTerminate = (store: Store, params: PhpArray): Reply => {
  const service = store.services.get(whole(params.get('serviceid') ?? params.get('accountid')))?.service
  if (service === undefined) return failure('Service ID not found')
  store.terminations.set(service.id, (store.terminations.get(service.id) ?? 0) + 1)
  if (service.status === 'Terminated') return failure('Account does not exist')
  if (store.products.get(service.pid)?.module === 'fails') return failure('Server is in maintenance')
  service.status = 'Terminated'
  return success()
}

export const addCancelRequest = (store: Store, params: PhpArray): Reply => {
  const found = store.services.get(whole(params.get('serviceid')))
  if (found === undefined) return failure('Service ID Not Found')
  if (store.cancelRequests.has(found.service.id)) return failure('Existing Cancellation Request Exists')
  store.cancelRequests.set(found.service.id, text(params.get('type')))
  return success({ serviceid: String(found.service.id), userid: String(found.order.clientId) })
}

export const deleteOrder = (store: Store, params: PhpArray): Reply => {
  const order = orderOf(store, params)
  if (order === undefined) return failure('Order ID not found')
  if (order.status !== 'Cancelled' && order.status !== 'Fraud') {
    return failure('The order status must be in Cancelled or Fraud to be deleted')
  }
  removeOrder(store, order)
  return success()
}

/** Sets absolute values, so doing it twice does nothing more. */
export const updateClientProduct = (store: Store, params: PhpArray): Reply => {
  const service = store.services.get(whole(params.get('serviceid')))?.service
  if (service === undefined) return failure('Service ID Not Found')
  const fields = ownFields(store.products.get(service.pid), text(params.get('customfields')))
  service.customFields = { ...service.customFields, ...fields }
  if (params.has('status')) service.status = text(params.get('status'))
  if (params.has('notes')) service.notes = text(params.get('notes'))
  if (params.has('domain')) service.domain = text(params.get('domain'))
  const cycle = [...CYCLES].find(
    ([, label]) => label === text(params.get('billingcycle')).replace('One-Time', 'One Time'),
  )
  if (cycle !== undefined) service.billingCycle = cycle[0]
  return success({ serviceid: text(params.get('serviceid')) })
}

const orderOf = (store: Store, params: PhpArray): StoredOrder | undefined =>
  store.orders.get(whole(params.get('orderid')))

const setAll = (order: StoredOrder, status: 'Pending' | 'Cancelled'): void => {
  order.status = status
  for (const service of order.services) service.status = status
}

const recordFailure = (store: Store, service: StoredService): string => {
  const error = store.products.get(service.pid)?.says ?? `Package "plan-${service.pid}" not found on server`
  const retries = (store.moduleFailures.get(service.id)?.retries ?? -1) + 1
  const id = store.moduleFailures.get(service.id)?.id ?? store.moduleFailures.size + 1
  store.moduleFailures.set(service.id, { id, serviceId: service.id, at: now(), error, retries })
  return error
}
