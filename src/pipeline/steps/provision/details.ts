/** What write-back says of an order besides its number, where the mapping asks for it. */
import type { Details } from '../../../domain/order.ts'
import type { Service } from '../../../domain/services.ts'
import type { Order } from './order.ts'
import type { Made } from './ports.ts'

export async function recordDetails(
  order: Order,
  made: Made,
  { services, serviceIds }: { services: Service[]; serviceIds: Record<string, string> },
): Promise<void> {
  const { options, request, signal, item } = order
  const { details: wanted, version } = options.rules
  if (wanted.length === 0) return
  const byId = new Map(services.map((service) => [service.id, service]))
  const domain = services.find((service) => service.domain !== undefined)?.domain
  const details: Details = {
    ...(item.snapshot && { accountId: item.snapshot.account.id }),
    whmcsClientId: request.clientId,
    ...(version !== undefined && { mapping: version }),
    ...(domain !== undefined && { domain }),
    ...(wanted.some((word) => OF_ORDER.includes(word)) && (await ofOrder(order, made))),
    items: Object.fromEntries(
      Object.entries(serviceIds).map(([itemId, ids]) => {
        const service = byId.get(ids.split(',')[0] ?? '')
        return [
          itemId,
          { ...(service?.domain && { domain: service.domain }), ...(service && { serviceStatus: service.status }) },
        ]
      }),
    ),
  }
  await options.intents.recordDetails(item.organizationId, item.recordId, details)

  async function ofOrder({ options: { whmcs } }: Order, { whmcsOrderId }: Made): Promise<Details> {
    const there = await whmcs.look(whmcsOrderId, signal)
    const { invoiceId } = there ?? {}
    const invoice =
      invoiceId !== undefined && wanted.includes('invoiceStatus') && (await whmcs.invoice(invoiceId, signal))
    return {
      ...(there && { whmcsOrderNumber: there.orderNumber }),
      ...(invoiceId !== undefined && { invoiceId }),
      ...(invoice && { invoiceStatus: invoice.statusText }),
    }
  }
}

const OF_ORDER = ['whmcsOrderNumber', 'invoiceId', 'invoiceStatus']
