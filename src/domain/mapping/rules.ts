/** The mapping as the rules of the domain need it. */
import type { Mapping, OrderRules, WriteBack } from './mapping.ts'
import { needsOf } from './needs.ts'

export function toRules(mapping: Mapping): OrderRules {
  const { order: _, account, product, orderItem: __, markerFields: ___, writeBack, ...rules } = mapping
  return { ...rules, fields: { ...account, ...product }, needs: needsOf(mapping), details: detailsOf(writeBack) }
}

/** Words that write-back knows by itself. */
const KNOWN = ['', 'status', 'whmcsOrderId', 'serviceId', 'serviceIds', 'errorCode', 'errorMessage', 'provisionedAt']

function detailsOf(writeBack: WriteBack): string[] {
  const words = Object.values(writeBack).flatMap((fields) => Object.values(fields))
  return [...new Set(words)].filter((word) => !KNOWN.includes(word))
}
