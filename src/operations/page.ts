/** Lists are read in pages: each says with which cursor to ask on. */
import { Refusal } from './refusal.ts'

export interface Page<T> {
  items: T[]
  /** What `after` is to be for the next page. Undefined: this is the last. */
  next: string | undefined
}

const MOST = 200
const DEFAULT = 50

/** How many a page may have: 1 to 200, or 50. */
export function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST) throw new Refusal('invalid', `limit: '${text}' is not a number from 1 to ${MOST}`)
  return limit
}

/** Opaque to whoever gets it: what it holds may change. */
export function toCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Throws a Refusal unless it was made of as many parts that fit. */
export function readCursor(cursor: string, patterns: readonly RegExp[]): string[] {
  const parts = decode(cursor)
  const fits =
    Array.isArray(parts) && parts.length === patterns.length && patterns.every((one, i) => one.test(String(parts[i])))
  if (!fits) throw new Refusal('invalid', 'after: this is no cursor that a list has given')
  return parts.map(String)
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** Of one more than was asked for: the page, and the cursor of its last one where another follows. */
export function pageOf<T>(found: T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last !== undefined ? cursorOf(last) : undefined }
}
