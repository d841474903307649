/** The WHMCS adapter against the simulator. */
import type { Test } from 'tap'
import type { ProvisionRequest } from '../../src/domain/order.ts'
import { createWhmcsClient } from '../../src/whmcs/client.ts'
import { createMarker } from '../../src/whmcs/marker.ts'
import { createWhmcsOrders, type WhmcsOrdersOptions } from '../../src/whmcs/orders.ts'
import { startWhmcs, type WhmcsCall, type WhmcsOptions } from '../simulators/whmcs.ts'
import { ORDER } from './items.ts'

export const CLIENT = '1001'

export function provisionRequest(changes: Partial<ProvisionRequest> = {}): ProvisionRequest {
  const line = { orderItemId: '802Ss0000044Aa1IAE', pid: '185', quantity: 2, billingCycle: 'monthly' }
  return { orderId: ORDER, clientId: CLIENT, lines: [line], ...changes }
}

interface AdapterOptions {
  simulator?: WhmcsOptions
  orders?: Partial<WhmcsOrdersOptions>
}

export async function createAdapter(t: Test, { simulator, orders: changes }: AdapterOptions = {}) {
  const whmcs = await startWhmcs(simulator)
  t.teardown(() => whmcs.close())
  const { url, identifier, secret } = whmcs
  const client = createWhmcsClient({ url, identifier, secret })
  /** What arrived, oldest first. */
  const calls: WhmcsCall[] = []
  whmcs.on('call', (call) => calls.push(call))
  const options: WhmcsOrdersOptions = {
    client,
    marker: createMarker('notes', () => ({})),
    paymentMethod: 'mailin',
    invoices: 'none',
    mails: 'none',
    readTimeoutMs: 10_000,
    writeTimeoutMs: 10_000,
    ...changes,
  }
  const signal = new AbortController().signal
  const waits = { timeoutMs: 10_000, signal }
  const orders = createWhmcsOrders(options)
  const search = (lists: 'orders' | 'orders-and-services' = 'orders') =>
    orders.search({ clientId: CLIENT, orderId: ORDER, lists }, signal)
  const accept = (whmcsOrderId: string, modules: 'run' | 'leave' = 'run') =>
    orders.accept({ whmcsOrderId, request: provisionRequest(), modules }, signal)
  return { whmcs, client, calls, orders, search, accept, signal, waits }
}
