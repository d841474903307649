/** Which WHMCS services are which lines of an order: only where there is no doubt. */
import type { OrderLine, ProvisionRequest } from './order.ts'

/** A service of an order in WHMCS. */
export interface Service {
  id: string
  pid: string
  /** In WHMCS's words. */
  status: string
  domain?: string
  /** Absent: WHMCS does not say; before 8.12 it does not. */
  quantity?: number
  /** The order that its marker names, and the order item where it is this order. */
  markedFor?: string
  orderItemId?: string
}

export interface Assigned {
  /** Ids by Salesforce order item id, several separated by commas, as far as they are certain. */
  serviceIds: Record<string, string>
  /** Lines that have no service, or too few, each with the reason. */
  lacking: { line: OrderLine; reason: string }[]
}

/**
 * By marker or by product, not by position: how WHMCS orders them, and whether a quantity makes one service or many,
 * varies. Lines of one product that no marker tells apart are counted together.
 */
export function assignServices({ lines }: Pick<ProvisionRequest, 'lines'>, services: Service[]): Assigned {
  const assigned: Assigned = { serviceIds: {}, lacking: [] }
  for (const line of lines) {
    const marked = services.filter(({ orderItemId }) => orderItemId === line.orderItemId)
    const unmarked = services.filter(({ pid, markedFor }) => pid === line.pid && markedFor === undefined)
    const alike = lines.filter(({ pid }) => pid === line.pid)
    const [candidates, sharers] = marked.length > 0 ? [marked, [line]] : [unmarked, alike]
    const reason = shortage(sharers, candidates)
    if (reason !== undefined) assigned.lacking.push({ line, reason })
    if (candidates.length > 0 && sharers.length === 1) {
      assigned.serviceIds[line.orderItemId] = candidates.map(({ id }) => id).join(',')
    }
  }
  return assigned
}

/** A quantity of n is n services, or one service with that quantity; a WHMCS before 8.12 does not tell it. */
function shortage(lines: OrderLine[], services: Service[]): string | undefined {
  if (services.length === 0) return 'has no service there'
  if (services.length < lines.length) return `shares ${services.length} services with ${lines.length - 1} other lines`
  const wanted = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  const got = services.reduce((sum, { quantity = Number.POSITIVE_INFINITY }) => sum + quantity, 0)
  return got >= wanted || services.length >= wanted ? undefined : `has ${got} there instead of ${wanted}`
}

/** Not set up as yet. */
export function isOpen({ status }: Service): boolean {
  return /^pending$/i.test(status)
}

/** Was set up, or will never be. */
export function hasEnded({ status }: Service): boolean {
  return /^(?:terminated|cancelled|fraud)$/i.test(status)
}

/** Will never be set up. */
export function isLost({ status }: Service): boolean {
  return /^(?:cancelled|fraud)$/i.test(status)
}

/** Whether markers name other orders and not this one. Ids of 15 and of 18 characters mean the same. */
export function isMarkedForOthers(markedFor: string[], orderId: string): boolean {
  return markedFor.length > 0 && !markedFor.some((id) => id.slice(0, 15) === orderId.slice(0, 15))
}
