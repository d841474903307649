/** Work items, snapshots and rules for tests of the domain and of the pipeline: valid, and changed where the test says. */

import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import type { OrderRules } from '../../src/domain/mapping/mapping.ts'
import { toRules } from '../../src/domain/mapping/rules.ts'
import type { WorkItem } from '../../src/domain/notification.ts'
import type { OrderItem, OrderSnapshot } from '../../src/domain/order.ts'

export const ORGANIZATION = '00DSs000000SOAPMA4'
export const ORDER = '801Ss00000Ab1CdIAJ'

export function rules(changes: Partial<OrderRules> = {}): OrderRules {
  return { ...toRules(DEFAULT_MAPPING), ...changes }
}

export function orderItem(changes: Partial<OrderItem> = {}): OrderItem {
  return {
    id: '802Ss0000044Aa1IAE',
    quantity: 2,
    unitPrice: 45,
    productId: '01tSs000003Ho5tIAC',
    productName: 'Web Hosting',
    productCode: 'HOSTING',
    whmcsProductId: '185',
    billingCycle: 'Monthly',
    ...changes,
  }
}

export function snapshot(changes: Partial<OrderSnapshot> = {}): OrderSnapshot {
  return {
    orderId: ORDER,
    orderNumber: '00000114',
    status: 'Activated',
    account: { id: '001Ss00000Nn4MmIAJ', name: 'Ice & Fire Ltd', whmcsClientId: '1001' },
    items: [orderItem()],
    takenAt: '2026-10-01T09:00:00.000Z',
    ...changes,
  }
}

export function workItem(changes: Partial<WorkItem> = {}): WorkItem {
  return {
    organizationId: ORGANIZATION,
    notificationId: '04lSs00000Aa01xIAB',
    leaseNo: 1,
    step: 'callback',
    recordType: 'Order',
    recordId: ORDER,
    attempts: 0,
    receivedAt: new Date('2026-10-01T09:00:00Z'),
    ...changes,
  }
}

/** The same without one property: `undefined` is not the same as absent. */
export function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object
  return rest
}
