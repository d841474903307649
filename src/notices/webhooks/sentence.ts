/** An event in one sentence, for chats and pagers. */
import type { Event } from './delivery.ts'

export function sentenceOf({ type, data }: Pick<Event, 'type' | 'data'>): string {
  const text = (name: string) => (data[name] === undefined ? '' : String(data[name]))
  const of = text('organizationId') === '' ? '' : ` (organisation ${text('organizationId')})`
  const order = `Order ${text('orderNumber') || text('orderId')}`
  switch (type) {
    case 'alert.raised':
      return `Soapstone: ${text('message')}${of}`
    case 'alert.resolved':
      return `Soapstone, resolved: ${text('message')}${of}`
    case 'order.activating':
      return `${order} is being provisioned${of}`
    case 'order.provisioned':
      return `${order} is provisioned, WHMCS order ${text('whmcsOrderId')}${of}`
    case 'order.failed':
      return `${order} failed: ${text('code')}: ${text('message')}${of}`
    case 'notification.dead':
      return `Notification ${text('notificationId')} is a dead letter: ${text('code')}: ${text('message')}${of}`
    case 'stage.paused':
      return `Stage ${text('step')} stands still: ${text('code')}: ${text('message')}${of}`
    case 'stage.resumed':
      return `Stage ${text('step')} works again${of}`
    case 'security.refused':
      return `Soapstone refused a request: ${text('kind')}${of}`
    default:
      return `Soapstone: ${type}${of}`
  }
}
