/** WHMCS's lists: `{plural: {singular: [...]}}`, or an object with numeric keys, one bare row, '', {} or []. */
import { Failure } from '../domain/failure.ts'
import type { Parameters, WhmcsClient } from './client.ts'
import { readFailure } from './failures.ts'

export type Row = Record<string, unknown>

/** Rows of one page; WHMCS may give fewer. */
const PAGE = 250
/** A list that never ends is a fault of WHMCS, not a reason to ask for ever. */
const MOST_PAGES = 1_000

/** All rows of a list action, page by page. The order is WHMCS's own and may change between pages. */
export async function readAll(
  client: WhmcsClient,
  list: { action: string; plural: string; singular: string; parameters: Parameters; timeoutMs: number },
  signal: AbortSignal,
): Promise<Row[]> {
  const { action, plural, singular, parameters, timeoutMs } = list
  const rows: Row[] = []
  for (let page = 0; page < MOST_PAGES; page++) {
    const paging = { limitstart: rows.length, limitnum: PAGE }
    const reply = await client.call(action, { ...parameters, ...paging }, { timeoutMs, signal })
    if (reply.kind !== 'success') throw readFailure(action, reply)
    const found = rowsOf(reply.body[plural], singular)
    rows.push(...found)
    if (found.length === 0 || rows.length >= Number(reply.body.totalresults ?? 0)) return rows
  }
  throw new Failure('WHMCS_UNAVAILABLE', { detail: `${action}: more than ${MOST_PAGES} pages` })
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

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
