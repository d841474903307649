/** Avro as events are written in it: each with the schema that it names. */
import { isObject } from '../../runtime/is-object.ts'

/** A value of Avro, without the library's own classes: null, text, truth, number, bigint, Buffer, list or object. */
export type Values = Record<string, unknown>

export type Reader = (payload: Buffer) => Values

/** Throws where the JSON is no schema. The reader throws for bytes that were not written with it. */
export async function toReader(json: string): Promise<Reader> {
  const { default: avro } = await import('avsc')
  // The library's own long throws above 2^53: one such value would stop the stream for ever.
  const long = avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer(value: bigint) {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64LE(value)
      return bytes
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (one: bigint, other: bigint) => (one === other ? 0 : one < other ? -1 : 1),
  })
  const type = avro.Type.forSchema(JSON.parse(json), { registry: { long } })
  return (payload) => {
    const value = plain(type.fromBuffer(payload))
    if (!isObject(value)) throw new Error('the event is no record')
    return value
  }
}

/** Values of an ambiguous union come wrapped: `{ double: 1.5 }`, with a method to unwrap it. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isObject(value) || Buffer.isBuffer(value)) return value
  if ('unwrap' in value && typeof value.unwrap === 'function') return plain(value.unwrap())
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}
