import { isId } from './ids.ts'
import { type Fields, type Org, sameId } from './org.ts'
import { error, isObject, ok, type Reply } from './reply.ts'
import { maxLength, readOnly } from './schema.ts'

export interface RecordError {
  statusCode: string
  message: string
  fields: string[]
}

interface Change {
  id: string
  fields: Fields
  error: RecordError | undefined
}

/** An injected error of one record, or none. */
export type RecordFault = (recordId: string) => RecordError | undefined

/** Updates up to 200 records as sObject Collections does: results in request order, one a record. */
export function updateCollection(options: {
  org: Org
  body: unknown
  faultOf: RecordFault
  onChanged(ids: string[]): void
}): Reply {
  const { org, body, faultOf, onChanged } = options
  if (!isObject(body) || !Array.isArray(body.records)) return error(400, 'JSON_PARSER_ERROR', 'records expected')
  const { records } = body
  const limit = 'record limit reached. cannot submit more than 200 records into this call'
  if (records.length > 200) return error(400, 'EXCEEDED_ID_LIMIT', limit)
  if (chunks(records) > 10)
    return error(400, 'LIMIT_EXCEEDED', 'Cannot have more than 10 chunks in a single operation.')

  const seen = new Set<string>()
  const changes = records.map((record) => read(record, { org, seen, faultOf }))
  const refused = changes.some((change) => change.error)
  if (body.allOrNone === true && refused) return ok(changes.map(rolledBack))
  const changed = changes.filter((change) => !change.error && apply(org, change))
  onChanged(changed.map(({ id }) => id))
  return ok(changes.map(result))
}

function read(record: unknown, at: { org: Org; seen: Set<string>; faultOf: RecordFault }): Change {
  if (!isObject(record)) return { id: '', fields: {}, error: problem('INVALID_TYPE', 'record expected') }
  const { attributes, id, Id, ...fields } = record
  const recordId = id ?? Id
  if (typeof recordId !== 'string') {
    return { id: '', fields, error: problem('MISSING_ARGUMENT', 'Id not specified in an update call') }
  }
  const type = isObject(attributes) && typeof attributes.type === 'string' ? attributes.type : ''
  return { id: at.org.find(recordId)?.id ?? recordId, fields, error: refusal({ ...at, id: recordId, type, fields }) }
}

function refusal(at: { org: Org; seen: Set<string>; faultOf: RecordFault; id: string; type: string; fields: Fields }) {
  const { org, seen, id, type, fields } = at
  if (!isId(id)) return problem('MALFORMED_ID', `bad id ${id}`, ['Id'])
  const key = id.slice(0, 15)
  if (seen.has(key)) return problem('DUPLICATE_VALUE', `duplicate value found: duplicate id specified: ${id}`)
  seen.add(key)
  const record = org.find(id)
  if (!record) return problem('ENTITY_IS_DELETED', 'entity is deleted')
  if (org.isHidden(id)) {
    return problem(
      'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
      `insufficient access rights on cross-reference id: ${id}`,
    )
  }
  if (record.type !== type) return problem('INVALID_ID_FIELD', `id ${id} is not of type ${type}`, ['Id'])
  for (const [name, value] of Object.entries(fields)) {
    const error = fieldRefusal(name, value, org.fieldName(type, name), type)
    if (error) return error
  }
  return at.faultOf(record.id)
}

function fieldRefusal(name: string, value: unknown, known: string | undefined, type: string) {
  if (known === undefined) return problem('INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`)
  if (readOnly.has(known)) {
    return problem('INVALID_FIELD_FOR_INSERT_UPDATE', `Unable to create/update fields: ${known}.`, [known])
  }
  const limit = maxLength[known]
  if (limit === undefined || typeof value !== 'string' || value.length <= limit) return undefined
  return problem('STRING_TOO_LONG', `${known}: data value too large: ${value} (max length=${limit})`, [known])
}

// True when a value is another one than before: such a save is what fires a Flow.
function apply(org: Org, { id, fields }: Change): boolean {
  const before = { ...org.find(id)?.fields }
  const named = Object.entries(fields).map(([name, value]) => {
    const type = org.find(id)?.type ?? ''
    return [org.fieldName(type, name) ?? name, value] as const
  })
  org.update(id, Object.fromEntries(named), 'integration')
  return named.some(([name, value]) => (before[name] ?? null) !== value && !isSameReference(before[name], value))
}

// 15 and 18 characters of one id; of other texts the first 15 characters say nothing.
function isSameReference(before: unknown, value: unknown): boolean {
  return isId(String(before)) && isId(String(value)) && sameId(before, value)
}

function result({ id, error }: Change) {
  return { id, success: error === undefined, errors: error ? [error] : [] }
}

function rolledBack(change: Change) {
  const message = 'Record rolled back because not all records were valid and the request was using AllOrNone header'
  return result({ ...change, error: change.error ?? problem('ALL_OR_NONE_OPERATION_ROLLED_BACK', message) })
}

function problem(statusCode: string, message: string, fields: string[] = []): RecordError {
  return { statusCode, message, fields }
}

// Records are saved in runs of one type.
function chunks(records: unknown[]): number {
  const types = records.map((record) => isObject(record) && isObject(record.attributes) && record.attributes.type)
  return types.filter((type, at) => at === 0 || type !== types[at - 1]).length
}
