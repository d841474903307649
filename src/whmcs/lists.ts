/** WHMCS's lists: `{plural: {singular: [...]}}`, or an object with numeric keys, one bare row, '', {} or []. */
import { Failure } from '../domain/failure.ts'
import { isObject } from '../runtime/is-object.ts'
import type { Parameters, WhmcsClient } from './client.ts'
import { readFailure } from './failures.ts'

export type Row = Record<string, unknown>

export interface List {
  action: string
  plural: string
  singular: string
  parameters: Parameters
  timeoutMs: number
}

export interface Listing {
  rows: Row[]
  /** Absent: these are all. Else how it showed that WHMCS did not give all, as the end of a sentence. */
  incomplete?: string
}

/** Rows of the first page, and of the next ones: most clients need one, and one with 10,000 orders must not need 40. */
const FIRST_PAGE = 250
const PAGE = 1_000
/** A list that never ends is a fault of WHMCS, not a reason to ask for ever. */
const MOST_PAGES = 1_000

/**
 * All rows of a list action, page by page, each once. WHMCS may give fewer a page than it is asked for; the order is its
 * own and may change between pages. Only an empty page, or a page that is not full and reaches the total, is the end.
 */
export async function readAll(client: WhmcsClient, list: List, signal: AbortSignal): Promise<Listing> {
  const rows = new Map<string, Row>()
  let seen = 0
  let total = 0
  let size = FIRST_PAGE
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await readPage(client, list, { limitstart: seen, limitnum: size }, signal)
    if (page === 'too-large') {
      size = FIRST_PAGE
      continue
    }
    const known = rows.size
    for (const row of page.rows) rows.set(idOf(row.id) || `row ${rows.size}`, row)
    seen += page.rows.length
    total = Math.max(total, page.total ?? 0)
    const last = page.rows.length === 0 || (page.total !== undefined && page.rows.length < size && seen >= total)
    if (last) return listing(list, rows, total)
    // It does not page at all, and says the same again.
    if (rows.size === known) return { rows: [...rows.values()], incomplete: `${list.action} repeats its pages` }
    if (pages === 0) size = PAGE
  }
  throw new Failure('WHMCS_UNAVAILABLE', { detail: `${list.action}: more than ${MOST_PAGES} pages` })
}

/** One page of a list, and how many rows there are in all, as WHMCS says. */
export async function readPage(
  client: WhmcsClient,
  { action, plural, singular, parameters, timeoutMs }: List,
  paging: { limitstart: number; limitnum: number },
  signal: AbortSignal,
): Promise<{ rows: Row[]; total?: number } | 'too-large'> {
  const reply = await client.call(action, { ...parameters, ...paging }, { timeoutMs, signal })
  if (reply.kind === 'unclear' && paging.limitnum > FIRST_PAGE) return 'too-large'
  if (reply.kind !== 'success') throw readFailure(action, reply)
  const total = idOf(reply.body.totalresults)
  return { rows: rowsOf(reply.body[plural], singular), ...(/^\d+$/.test(total) && { total: Number(total) }) }
}

function listing({ action }: List, rows: Map<string, Row>, total: number): Listing {
  if (rows.size >= total) return { rows: [...rows.values()] }
  return { rows: [...rows.values()], incomplete: `${action} counts ${total} and gives ${rows.size}` }
}

export function rowsOf(container: unknown, singular: string): Row[] {
  if (!isObject(container)) return []
  const list = container[singular]
  if (Array.isArray(list)) return list.filter(isObject)
  if (!isObject(list)) return []
  const values = Object.entries(list)
  return values.length > 0 && values.every(([key]) => /^\d+$/.test(key))
    ? values.map(([, value]) => value).filter(isObject)
    : [list]
}

/** Ids come as numbers or texts, differing by action. */
export function idOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
