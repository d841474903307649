/**
 * Makes of a notification as it was read the notification as it is recorded: fields typed by the contract and written as
 * JSON in one walk, and the reason to ignore it, where there is one.
 */
import type { Message, Notification } from '../../domain/notification.ts'
import { TOMBSTONE } from '../../domain/purpose.ts'
import { toId18 } from '../../domain/salesforce-id.ts'
import { reasonToIgnore } from '../ignore.ts'
import type { Contract, FieldType } from './contract.ts'
import { type Drift, noteDrift } from './drift.ts'
import { Malformed } from './element.ts'
import type { ReadMessage, ReadNotification, ReadValue } from './envelope.ts'
import { typedJson } from './typed.ts'

/** `foreign`: of an organisation that is not ours. It is recorded for the eye only, and may have another contract there. */
export type Whose = 'own' | 'foreign'

/** What it gives makes of each notification what is recorded, and notes in `drift` where it and the contract disagree. */
export type Conform = (whose: Whose, drift: Drift) => (read: ReadNotification) => Notification

/** The message with its notifications as they are recorded. */
export function toMessage({ sessionId, ...read }: ReadMessage<Notification>, whose: Whose): Message {
  // Nobody calls back with the session of a stranger.
  const session = sessionId !== undefined && whose === 'own' ? { sessionId } : {}
  return { ...read, ...session, source: 'outbound-message' }
}

/** A member of the JSON that each record gets. */
interface Column {
  name: string
  /** Its name as JSON, and the colon. */
  key: string
  type: FieldType
}

/** Throws Malformed for another record type. Values that are not of their field's type are kept as text. */
export function createConform(contract: Contract): Conform {
  const columns = [...contract.fields].map(([name, type]) => ({ name, key: keyOf(name), type }))
  return (whose, drift) => (read) => {
    const foreign = whose === 'foreign'
    const grave = foreign || contract.recordType !== TOMBSTONE ? undefined : deletedOrder(read)
    if (grave !== undefined) return grave
    const recordType = foreign ? read.recordType || contract.recordType : recordTypeOf(read, contract)
    const fields = Buffer.from(toJson(read, columns, contract, drift))
    const { notificationId, recordId } = read
    const known = { notificationId, recordType, ...(recordId !== undefined && { recordId }) }
    const ignored = reasonToIgnore({ ...known, foreign })
    return { ...known, fields, ...(ignored && { ignored }) }
  }
}

/**
 * An order that was deleted, by what its tombstone says. Without data, because nothing of it can be read: whether it is so, the
 * callback finds out. What is no tombstone of an order is recorded as what it is.
 */
function deletedOrder({ notificationId, fields }: ReadNotification): Notification | undefined {
  const [object, id] = [fields.get('Object_Name__c'), fields.get('Record_Id__c')]
  const recordId = typeof id === 'string' && object === 'Order' ? toId18(id.trim()) : undefined
  return recordId?.startsWith('801') ? { notificationId, recordType: 'Order', recordId, fields: {} } : undefined
}

function recordTypeOf({ recordType }: ReadNotification, contract: Contract): string {
  if (recordType === '' || recordType === contract.recordType) return contract.recordType
  throw new Malformed(`an sObject is of type ${recordType.slice(0, 80)}; this endpoint takes ${contract.recordType}`)
}

/** The contract's fields in its order, null where the record came without them; then what the contract does not have. */
function toJson({ recordId, fields }: ReadNotification, columns: Column[], contract: Contract, drift: Drift): string {
  let members = ''
  let known = 0
  for (const { name, key, type } of columns) {
    const value = fields.get(name)
    if (value !== undefined) known += 1
    // A deleted record has no values, not even null ones.
    else if (recordId === undefined) continue
    members += `${members && ','}${key}${toValue(name, value, type, drift)}`
  }
  if (known === fields.size) return `{${members}}`
  for (const [name, value] of fields) {
    if (contract.fields.has(name)) continue
    noteDrift(drift.unknownFields, name)
    members += `${members && ','}${keyOf(name)}${toValue(name, value, 'string', drift)}`
  }
  return `{${members}}`
}

function keyOf(name: string): string {
  return `${JSON.stringify(name)}:`
}

function toValue(name: string, value: ReadValue | undefined, type: FieldType, drift: Drift): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'object') {
    noteDrift(drift.nestedFields, name)
    return JSON.stringify(value.nested)
  }
  const json = typedJson(type, value)
  if (json !== undefined) return json
  noteDrift(drift.mistypedFields, name)
  return JSON.stringify(value)
}
