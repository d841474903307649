/** A query that names a field which the organisation does not have, or hides from our user. */
import { Failure } from '../domain/failure.ts'
import { CURRENCY } from './order-query.ts'

const COLUMN = /No such column '([^']+)' on (?:entity|sobject of type) '?(\w+)/i
const RELATIONSHIP = /Didn't understand relationship '([^']+)'/i

/** Organisations with a single currency. */
export function lacksCurrency(error: unknown): boolean {
  return error instanceof Failure && COLUMN.exec(error.message)?.[1]?.toLowerCase() === CURRENCY.toLowerCase()
}

/** The same failure, with the name of the field in front: Salesforce's own words begin with a piece of the query. */
export function fieldFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error
  const [, column, entity] = COLUMN.exec(error.message) ?? []
  const [, relationship] = RELATIONSHIP.exec(error.message) ?? []
  const field = column === undefined ? relationship : `${entity}.${column}`
  if (field === undefined) return error
  const detail = `is not there, or the integration user may not read it. ${error.message}`
  return new Failure(error.code, { field, detail, cause: error })
}
