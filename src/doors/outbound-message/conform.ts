/** Holds a message against its endpoint's contract, and gives its fields their types. */
import { CODES } from '../../domain/codes.ts'
import type { FieldValue } from '../../domain/field.ts'
import type { Message, Notification } from '../../domain/notification.ts'
import { purposeOf } from '../../domain/purpose.ts'
import { yieldEvery } from '../../runtime/yielding.ts'
import type { Contract, FieldType } from './contract.ts'
import { Malformed } from './element.ts'

export interface Conformed {
  message: Message
  /** Fields that the contract doesn't have (the first few): the WSDL here is older than the outbound message there. */
  unknownFields: string[]
}

/** Enough to see what is missing, and little enough for a log line. */
const MAX_UNKNOWN = 50
const FIELDS_A_TURN = 2_000

/** Throws Malformed for another record type, and for a value that is not of its field's type. */
export async function conform(message: Message, contract: Contract): Promise<Conformed> {
  const unknown = new Set<string>()
  const mayYield = yieldEvery(FIELDS_A_TURN)
  const notifications: Notification[] = []
  for (const notification of message.notifications) {
    if (notification.recordType !== '' && notification.recordType !== contract.recordType) {
      const { recordType } = notification
      throw new Malformed(
        `an sObject is of type ${recordType.slice(0, 80)}; this endpoint takes ${contract.recordType}`,
      )
    }
    const conformed = toTyped(notification, contract, unknown)
    notifications.push(conformed)
    await mayYield(Object.keys(conformed.fields).length)
  }
  return { message: { ...message, notifications }, unknownFields: [...unknown].sort() }
}

function toTyped(notification: Notification, contract: Contract, unknown: Set<string>): Notification {
  const fields: Record<string, FieldValue> = Object.create(null)
  // A deleted record has no values, not even null ones.
  if (notification.recordId !== undefined) for (const name of contract.fields.keys()) fields[name] = null
  for (const [name, value] of Object.entries(notification.fields)) {
    const type = contract.fields.get(name)
    if (type === undefined && unknown.size < MAX_UNKNOWN) unknown.add(name.slice(0, 80))
    fields[name] = typeof value === 'string' && type !== undefined ? typed(name, type, value) : value
  }
  const typedNotification = { ...notification, recordType: contract.recordType, fields }
  if (notification.ignored || purposeOf(contract.recordType)) return typedNotification
  return { ...typedNotification, ignored: { code: 'NO_PURPOSE', message: CODES.NO_PURPOSE.meaning } }
}

const JSON_NUMBER = /^-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?$/
const XSD_DOUBLE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)$/
/** Of all types that are not text. */
const MAX_VALUE = 1_000
const LEXICAL: Partial<Record<FieldType, RegExp>> = {
  boolean: /^(?:true|false|1|0)$/,
  int: /^[+-]?\d{1,20}$/,
  long: /^[+-]?\d{1,20}$/,
  double: XSD_DOUBLE,
  decimal: XSD_DOUBLE,
  date: /^-?\d{4,}-\d\d-\d\d(?:Z|[+-]\d\d:\d\d)?$/,
  dateTime: /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/,
  time: /^\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/,
}

function typed(name: string, type: FieldType, text: string): FieldValue {
  const lexical = LEXICAL[type]
  if (lexical === undefined) return text
  // Salesforce leaves out what is null; whoever writes it empty means the same, and shall not be refused for a day.
  if (text.trim() === '') return null
  const value = text.length > MAX_VALUE ? '-' : text.trim()
  if (!lexical.test(value)) throw new Malformed(`the value of the field ${name.slice(0, 80)} is not of type ${type}`)
  if (type === 'boolean') return value === 'true' || value === '1'
  // Infinity and the like are no JSON numbers: they stay text.
  return JSON_NUMBER.test(value) && NUMERIC.has(type) ? { number: value } : value
}

const NUMERIC: ReadonlySet<FieldType> = new Set(['int', 'long', 'double', 'decimal'])
