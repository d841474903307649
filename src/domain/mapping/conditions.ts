/** What an order must be, besides its status, to be provisioned. Looked at when it is read. */
import type { Fields, Scalar } from './value.ts'

export interface Condition {
  /** Of the order or of its account. */
  field: string
  is: 'in' | 'not'
  values: Scalar[]
}

/** The first condition that the order does not meet. */
export function unmet(conditions: readonly Condition[], fields: Fields): Condition | undefined {
  return conditions.find(({ field, is, values }) => {
    const found = fields[field] ?? null
    const listed = values.some((value) => isEqual(value, found))
    return is === 'in' ? !listed : listed
  })
}

/** As people write it: a number may be a text, and an empty field is null. */
function isEqual(one: Scalar, other: Scalar): boolean {
  return plain(one) === plain(other)
}

function plain(value: Scalar): string {
  return value === null ? '' : String(value)
}

export function describe({ field, is, values }: Condition, fields: Fields): string {
  const words = values.map((value) => (value === null || value === '' ? 'empty' : `'${value}'`)).join(', ')
  const found = plain(fields[field] ?? null)
  const must = is === 'in' ? `must be ${values.length > 1 ? 'one of ' : ''}${words}` : `must not be ${words}`
  return `${field} is ${found === '' ? 'empty' : `'${found}'`}, and ${must}.`
}
