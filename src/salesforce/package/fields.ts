/** The fields that a mapping names, and which of them the package may define. */
import type { Mapping } from '../../domain/mapping/mapping.ts'

export interface MappedField {
  object: 'Account' | 'Order' | 'OrderItem' | 'Product2'
  /** Where MAPPING_FILE says it, as `order.errorCode`. */
  key: string
  name: string
  /**
   * `own`: the package makes it. `managed`: a package of somebody else does, as `SBQQ__…__c`. `standard`: Salesforce has it.
   * `none`: the mapping says that there is none.
   */
  kind: 'own' | 'managed' | 'standard' | 'none'
  /** Soapstone writes it. */
  written: boolean
}

export function mappedFields({ order, account, product, orderItem }: Mapping): MappedField[] {
  return [
    ...fieldsOf('Account', 'account', account, false),
    ...fieldsOf('Order', 'order', order, true),
    ...fieldsOf('OrderItem', 'orderItem', orderItem, true),
    ...fieldsOf('Product2', 'product', product, false),
  ]
}

function fieldsOf(
  object: MappedField['object'],
  block: string,
  names: Record<string, string>,
  written: boolean,
): MappedField[] {
  return Object.entries(names).map(([key, name]) => ({
    object,
    key: `${block}.${key}`,
    name,
    kind: kindOf(name),
    written,
  }))
}

function kindOf(name: string): MappedField['kind'] {
  if (name === '') return 'none'
  if (!name.endsWith('__c')) return 'standard'
  return name.slice(0, -3).includes('__') ? 'managed' : 'own'
}
