/** A platform event: one of its fields names the order. */
import { toId18 } from '../../domain/salesforce-id.ts'
import { derivedId, PLATFORM_EVENT } from '../derived-id.ts'
import type { Values } from './avro.ts'
import { dateOf, textOf, toFields } from './fields.ts'
import type { WireEvent } from './pubsub/wire.ts'
import type { EventRead } from './read-event.ts'
import type { Topic } from './topic.ts'

/** Throws where the event names no order and should. */
export function readPlatformEvent(event: WireEvent, values: Values, topic: Topic): EventRead {
  const at = dateOf(values.CreatedDate)
  const field = topic.idFields.find((name) => name in values)
  if (field === undefined) {
    throw new Error(
      `it has none of the fields ${topic.idFields.join(', ')}: name the right one, as in ${topic.name}:Field__c`,
    )
  }
  const given = topic.idFields.map((name) => textOf(values[name])).find((text) => text !== '')
  // OrderStatusChangedEvent tells of reduction orders, too. They are not provisioned.
  if (given === undefined && textOf(values.RelatedOrderId) !== '') return { notifications: [], at, passed: 'other' }
  if (given === undefined) throw new Error(`its field ${field} is empty`)
  const recordId = toId18(given)
  if (recordId === undefined) throw new Error(`${field} is not an id: ${JSON.stringify(given).slice(0, 80)}`)
  // The id of an event is Salesforce's own; a test bus may give none.
  const identity = event.id ?? `${event.replayId.toString('hex')} ${event.payload.toString('base64')}`
  const notificationId = derivedId(PLATFORM_EVENT, `${identity} ${recordId}`)
  return { notifications: [{ notificationId, recordType: 'Order', recordId, fields: toFields(values) }], at }
}
