/**
 * A change event: its header names the records. There may be several of them, a wildcard, or none where too much changed
 * at once. What Soapstone wrote itself comes back, too.
 */
import type { Notification } from '../../domain/notification.ts'
import { purposeOf } from '../../domain/purpose.ts'
import { toId18 } from '../../domain/salesforce-id.ts'
import { CHANGE_EVENT, derivedId } from '../derived-id.ts'
import type { Values } from './avro.ts'
import { dateOf, textOf, toFields } from './fields.ts'
import type { EventRead } from './read-event.ts'

/** As write-back says it of itself, in Sforce-Call-Options. */
const OWN = /(?:^|;)client=soapstone(?:;|$)/

/** Throws where the header is none. */
export function readChangeEvent({ ChangeEventHeader: header, ...values }: Values): EventRead {
  const { entityName, recordIds, changeType, commitTimestamp, changeOrigin, ...key } = headerOf(header)
  const at = dateOf(commitTimestamp)
  const recordType = textOf(entityName)
  if (purposeOf(recordType) === undefined) return { notifications: [], at, passed: 'other' }
  const type = textOf(changeType)
  const ids = Array.isArray(recordIds) ? recordIds.map(textOf) : []
  if (isOwn(textOf(changeOrigin), type, values)) return { notifications: [], at, passed: 'own' }
  if (type === 'GAP_OVERFLOW' || ids.some(namesMany)) {
    if (at === undefined) throw new Error('it names no record and no time')
  } else if (ids.length === 0) throw new Error('it names no record')

  const named = type === 'GAP_OVERFLOW' ? [] : ids.filter((id) => !namesMany(id))
  // Of a deleted order nothing can be read: it goes to work without data, and the callback finds out what that means.
  const fields =
    /DELETE$/.test(type) && !/UNDELETE$/.test(type) ? {} : toFields({ ...values, ChangeEventHeader: header })
  const notifications = named.map((id): Notification => {
    const recordId = toId18(id)
    if (recordId === undefined) throw new Error(`a record id is none: ${JSON.stringify(id).slice(0, 80)}`)
    const identity = [textOf(key.transactionKey), recordType, recordId, String(key.sequenceNumber), type]
    return { notificationId: derivedId(CHANGE_EVENT, identity.join(' ')), recordType, recordId, fields }
  })
  return { notifications, at, ...(named.length < Math.max(1, ids.length) && { sweepSince: at }) }
}

function headerOf(header: unknown): Values {
  if (typeof header !== 'object' || header === null) throw new Error('it has no ChangeEventHeader')
  return { ...header }
}

/** `801*`, and the id that stands for all. */
function namesMany(id: string): boolean {
  return id.includes('*') || /^0{15}(?:AAA)?$/.test(id)
}

/**
 * Caused by a report of ours, and by nothing else: where a trigger of the organisation approved the order in the same
 * transaction, its status is among the changes, and the order is looked at.
 */
function isOwn(origin: string, type: string, values: Values): boolean {
  return OWN.test(origin) && type === 'UPDATE' && (values.Status === null || values.Status === undefined)
}
