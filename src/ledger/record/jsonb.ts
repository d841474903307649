/**
 * jsonb[] as Postgres takes it in binary. Given texts, pg would escape an array of them quote by quote and copy it, all
 * in one turn: for a message of 32 MiB that held up the event loop for half a second. So it copies, and that is all.
 */
import { type EncodedFields, type Fields, toJson } from '../../domain/field.ts'
import { yieldEvery } from '../../runtime/yielding.ts'

const OID = 3802
const VERSION = 1
const INTEGER = 4
/** Bytes that are written in one turn of the event loop. */
const PORTION = 256 * 1024

/** The JSON of each, in UTF-8. Most come so already: the door wrote it while it looked at each value. */
export async function encodeFields(all: (Fields | EncodedFields)[]): Promise<Buffer[]> {
  const encoded: Buffer[] = []
  const mayYield = yieldEvery(PORTION)
  for (const fields of all) {
    if (Buffer.isBuffer(fields)) {
      encoded.push(fields)
      continue
    }
    const json = Buffer.from(toJson(fields))
    encoded.push(json)
    await mayYield(json.length)
  }
  return encoded
}

/** A `jsonb[]` parameter of JSON in UTF-8: dimensions, whether there are nulls, type; length, first index; elements. */
export async function jsonbArray(elements: readonly Buffer[]): Promise<Buffer> {
  const header = elements.length === 0 ? [0, 0, OID] : [1, 0, OID, elements.length, 1]
  const size = elements.reduce((sum, json) => sum + INTEGER + 1 + json.length, header.length * INTEGER)
  const array = Buffer.allocUnsafe(size)
  let at = 0
  for (const integer of header) at = array.writeInt32BE(integer, at)
  const mayYield = yieldEvery(PORTION)
  for (const json of elements) {
    at = array.writeInt32BE(json.length + 1, at)
    at = array.writeUInt8(VERSION, at)
    at += json.copy(array, at)
    await mayYield(json.length)
  }
  return array
}

/** A `jsonb` parameter of JSON in UTF-8. */
export function jsonbValue(json: Buffer): Buffer {
  const value = Buffer.allocUnsafe(json.length + 1)
  json.copy(value, value.writeUInt8(VERSION))
  return value
}
