/** What a customer may see of an order, and nothing else. */
import type { OrderStatus } from '../domain/order-status.ts'
import type { Texts } from './texts.ts'

export interface OrderView {
  orderId: string
  orderNumber?: string
  status: string
  /** Fit for a customer. */
  message: string
  updatedAt: string
  whmcsOrderId?: string
}

export function viewOf(status: OrderStatus, texts: Texts, language: string): OrderView {
  const { orderId, orderNumber, whmcsOrderId, updatedAt } = status
  return {
    orderId,
    ...(orderNumber !== undefined && { orderNumber }),
    status: status.status,
    message: texts.messageFor(status, language),
    updatedAt: updatedAt.toISOString(),
    ...(whmcsOrderId !== undefined && { whmcsOrderId }),
  }
}

/** Nothing follows but by somebody's decision. */
export function isFinal({ status, settled }: OrderStatus): boolean {
  return status === 'Provisioned' || (status === 'Failed' && settled)
}
