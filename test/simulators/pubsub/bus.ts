/** The event bus: topics, their events in order, and what a subscriber would be told of them. */
import { randomUUID } from 'node:crypto'
import {
  changeEventSchema,
  filled,
  ORDER_CHANGE,
  ORDER_STATUS_CHANGED,
  platformEventSchema,
  type Schema,
} from './schemas.ts'

export interface BusEvent {
  replayId: Buffer
  id: string
  schemaId: string
  payload: Buffer
}

export interface BusTopic {
  events: BusEvent[]
  canSubscribe: boolean
  schemaId: string
}

export interface OrderChange {
  recordIds: string[]
  /** UPDATE when not said. */
  changeType?: string
  changeOrigin?: string
  entityName?: string
  commitTimestamp?: number
  commitNumber?: bigint
  transactionKey?: string
  sequenceNumber?: number
  /** Fields that changed. */
  fields?: object
  schema?: Schema
}

export type Bus = ReturnType<typeof createBus>

export function createBus(onPublished: (topic: string) => void) {
  const topics = new Map<string, BusTopic>()
  const schemas = new Map<string, string>()
  /** Ids are neither contiguous nor numbers for anybody but the bus. */
  let last = 1_000_000n
  let era = 0

  function topic(name: string): BusTopic {
    const found = topics.get(name) ?? { events: [], canSubscribe: true, schemaId: '' }
    topics.set(name, found)
    return found
  }

  function nextReplayId(): Buffer {
    last += BigInt(1 + Math.floor(Math.random() * 5))
    const id = Buffer.alloc(10)
    id.writeBigUInt64BE(last)
    id.writeUInt16BE(era, 8)
    return id
  }

  function learn({ id, json }: Schema): string {
    schemas.set(id, json)
    return id
  }

  /** Puts bytes on the bus, whatever they are. */
  function publishBytes(name: string, event: { id?: string; schemaId: string; payload: Buffer }): BusEvent {
    const published = { id: '', ...event, replayId: nextReplayId() }
    topic(name).events.push(published)
    onPublished(name)
    return published
  }

  return {
    topics,
    schemas,
    topic,
    learn,
    publishBytes,
    /** A position that is right now, without an event. */
    tip: nextReplayId,
    publish(name: string, schema: Schema, value: object, id: string = randomUUID()): BusEvent {
      const now = { CreatedDate: Date.now(), CreatedById: '005000000000001AAA' }
      const schemaId = learn(schema)
      topic(name).schemaId = schemaId
      return publishBytes(name, { id, schemaId, payload: schema.write(filled(schema, { ...now, ...value })) })
    },
    /** The standard event: an order has another status. */
    orderStatusChanged(orderId: string, status = 'Activated'): BusEvent {
      const id = randomUUID()
      const value = { ...now(), EventUuid: id, OrderId: orderId, OldStatus: 'Draft', NewStatus: status }
      const schemaId = learn(ORDER_STATUS_CHANGED)
      const payload = ORDER_STATUS_CHANGED.write(filled(ORDER_STATUS_CHANGED, value))
      return publishBytes('/event/OrderStatusChangedEvent', { id, schemaId, payload })
    },
    orderChanged(change: OrderChange, name = '/data/OrderChangeEvent'): BusEvent {
      const { fields = {}, schema = ORDER_CHANGE, ...header } = change
      const value = {
        ChangeEventHeader: {
          entityName: 'Order',
          changeType: 'UPDATE',
          changeOrigin: 'com/salesforce/api/soap/67.0;client=SfdcInternalAPI/',
          transactionKey: randomUUID(),
          sequenceNumber: 1,
          commitTimestamp: Date.now(),
          commitNumber: 11_000_000_000_000n,
          commitUser: '005000000000001AAA',
          ...{ nulledFields: [], diffFields: [], changedFields: [] },
          ...header,
        },
        ...fields,
      }
      const schemaId = learn(schema)
      return publishBytes(name, { schemaId, payload: schema.write(filled(schema, value)) })
    },
    /** A custom event of the package, with that field. */
    orderApproved(orderId: string, { name = '/event/Order_Approved__e', field = 'Order_Id__c' } = {}): BusEvent {
      const schema = platformEventSchema(name.slice('/event/'.length), [field])
      const id = randomUUID()
      const payload = schema.write(filled(schema, { ...now(), [field]: orderId }))
      return publishBytes(name, { id, schemaId: learn(schema), payload })
    },
    /** A field was added to the object: events are written with another schema from now on. */
    withField: (field: string): Schema => changeEventSchema('Order', [field]),
    /** The organisation has moved: ids from before mean nothing any more, and events that are kept get new ones. */
    migrate(): void {
      era += 1
      last = 1_000n
      for (const { events } of topics.values()) for (const event of events) event.replayId = nextReplayId()
    },
    /** The oldest events of a topic are gone. */
    forget(name: string, count: number): void {
      topic(name).events.splice(0, count)
    },
  }
}

function now() {
  return { CreatedDate: Date.now(), CreatedById: '005000000000001AAA' }
}
