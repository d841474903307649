/**
 * jsonb as Postgres takes it in binary. As text, pg would have to escape an array of them quote by quote, all at once:
 * 32 MiB of fields held up the event loop for some 300 ms; so it is one copy.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { type Fields, toJson } from '../domain/field.ts'

const OID = 3802
const VERSION = 1
/** Characters that are written in one turn of the event loop. */
const PORTION = 256 * 1024

/** The JSON of each, in UTF-8. Others have their turn in between when there is much of it. */
export async function encodeFields(all: Fields[]): Promise<Buffer[]> {
  const encoded: Buffer[] = []
  let portion = 0
  for (const fields of all) {
    const bytes = Buffer.from(toJson(fields))
    encoded.push(bytes)
    portion += bytes.length
    if (portion < PORTION) continue
    portion = 0
    await turn()
  }
  return encoded
}

/** A `jsonb[]` parameter, of JSON as text or in UTF-8: dimensions, whether there are nulls, type, length, from 1. */
export function jsonbArray(elements: readonly unknown[]): Buffer {
  const parts: Buffer[] = [integers(elements.length === 0 ? 0 : 1, 0, OID)]
  if (elements.length > 0) parts.push(integers(elements.length, 1))
  for (const element of elements) {
    const json = Buffer.isBuffer(element) ? element : Buffer.from(String(element))
    parts.push(integers(json.length + 1), Buffer.of(VERSION), json)
  }
  return Buffer.concat(parts)
}

function integers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeInt32BE(value, i * 4)
  return bytes
}
