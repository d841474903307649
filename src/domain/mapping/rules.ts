/** The mapping as the rules of the domain need it. */
import type { Mapping, OrderRules } from './mapping.ts'
import { needsOf } from './needs.ts'

export function toRules(mapping: Mapping): OrderRules {
  const { order: _, account, product, orderItem: __, markerFields: ___, writeBack: ____, ...rules } = mapping
  return { ...rules, fields: { ...account, ...product }, needs: needsOf(mapping) }
}
