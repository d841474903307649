/** Avro schemas as the Pub/Sub API has them, and events written in them. */
import { createHash } from 'node:crypto'
import avro from 'avsc'

export interface Schema {
  id: string
  json: string
  /** Longs may be bigint or number. */
  write(value: object): Buffer
}

function toSchema(definition: object): Schema {
  const json = JSON.stringify(definition)
  const long = avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer(value: bigint | number) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64LE(BigInt(value))
      return bytes
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint' || typeof value === 'number',
    compare: () => 0,
  })
  const type = avro.Type.forSchema(JSON.parse(json), { registry: { long } })
  return {
    id: createHash('sha256').update(json).digest('base64url').slice(0, 22),
    json,
    write: (value) => type.toBuffer(value),
  }
}

const maybe = (name: string, type: string | object = 'string') => ({ name, type: ['null', type], default: null })

const EVENT_FIELDS = [
  { name: 'CreatedDate', type: 'long', doc: 'CreatedDate:DateTime' },
  { name: 'CreatedById', type: 'string', doc: 'CreatedBy:EntityId' },
]

/** A platform event with these text fields. */
export function platformEventSchema(name: string, fields: readonly string[]): Schema {
  const own = fields.map((field) => maybe(field))
  return toSchema({ name, namespace: 'com.sforce.eventbus', type: 'record', fields: [...EVENT_FIELDS, ...own] })
}

export const ORDER_STATUS_CHANGED = platformEventSchema('OrderStatusChangedEvent', [
  'EventUuid',
  'OrderId',
  'OldStatus',
  'NewStatus',
  'NewStatusCode',
  'RelatedOrderId',
  'RelatedOrderType',
])

const HEADER = {
  type: 'record',
  name: 'ChangeEventHeader',
  fields: [
    { name: 'entityName', type: 'string' },
    { name: 'recordIds', type: { type: 'array', items: 'string' } },
    {
      name: 'changeType',
      type: {
        type: 'enum',
        name: 'ChangeType',
        symbols: [
          ...['CREATE', 'UPDATE', 'DELETE', 'UNDELETE'],
          ...['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE', 'GAP_OVERFLOW', 'SNAPSHOT'],
        ],
      },
    },
    { name: 'changeOrigin', type: 'string' },
    { name: 'transactionKey', type: 'string' },
    { name: 'sequenceNumber', type: 'int' },
    { name: 'commitTimestamp', type: 'long' },
    { name: 'commitNumber', type: 'long' },
    { name: 'commitUser', type: 'string' },
    { name: 'nulledFields', type: { type: 'array', items: 'string' } },
    { name: 'diffFields', type: { type: 'array', items: 'string' } },
    { name: 'changedFields', type: { type: 'array', items: 'string' } },
  ],
}

const ADDRESS = { type: 'record', name: 'Address', fields: [maybe('Street'), maybe('City'), maybe('Country')] }

/** The change events of an object, with these custom fields besides. */
export function changeEventSchema(entity: string, custom: readonly string[] = []): Schema {
  return toSchema({
    type: 'record',
    name: `${entity}ChangeEvent`,
    namespace: 'com.sforce.eventbus',
    fields: [
      { name: 'ChangeEventHeader', type: HEADER },
      ...[maybe('Status'), maybe('Description'), maybe('OrderNumber')],
      { name: 'Amount__c', type: ['null', 'string', 'int', 'double'], default: null },
      maybe('BillingAddress', ADDRESS),
      maybe('LastModifiedDate', 'long'),
      ...custom.map((field) => maybe(field)),
    ],
  })
}

export const ORDER_CHANGE = changeEventSchema('Order')

/** Values of all fields: those that are not given are null. */
export function filled({ json }: Schema, given: object): object {
  const { fields }: { fields: { name: string; default?: null }[] } = JSON.parse(json)
  return {
    ...Object.fromEntries(fields.filter((field) => 'default' in field).map(({ name }) => [name, null])),
    ...given,
  }
}
