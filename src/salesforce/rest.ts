/** The few REST calls that we make, through jsforce, and replies taken apart without trust. */
import type { Connection } from 'jsforce/lib/connection.js'
import { isObject } from '../runtime/is-object.ts'
import { errorOf } from './reply-error.ts'
import { words } from './words.ts'

export interface UpdateRecord {
  type: string
  id: string
  fields: Record<string, unknown>
}

export interface RecordError {
  code: string
  message: string
  fields: string[]
}

/** One result a record, in order: undefined when it was changed. */
export type UpdateResult = RecordError | undefined

export interface Rest {
  /** All rows of up to five queries and of their sub-queries, with one call but for further pages. */
  query(connection: Connection, queries: string[]): Promise<Row[]>
  /** The same, with the rows of the recycle bin. */
  queryAll(connection: Connection, queries: string[]): Promise<Row[]>
  /** All rows of a query of the Tooling API, which knows the setup. */
  tooling(connection: Connection, soql: string): Promise<Row[]>
  /** Whatever is at this path of the API. */
  get(connection: Connection, path: string): Promise<unknown>
  /** Updates up to 1,000 records with one call; each on its own, none fails another. */
  update(connection: Connection, records: UpdateRecord[]): Promise<UpdateResult[]>
}

export type Row = Record<string, unknown>

/** Of a composite request. */
interface Part {
  method: string
  path: string
  httpHeaders?: Record<string, string>
  body?: object
}

/** Records of one collections request; ids of one query, which must fit into an address. */
const CHUNK = 200
/** Of a composite's 25 parts only five may be queries or collections. */
const PARTS = 5
export const UPDATE_LIMIT = CHUNK * PARTS
/** Change events say by it who caused them. A part of a composite does not inherit it. */
const OURS = { 'Sforce-Call-Options': 'client=soapstone' }

/** In parts that one request can serve. */
export function chunksOf<T>(all: T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, i) => all.slice(i * CHUNK, (i + 1) * CHUNK))
}

export function createRest(): Rest {
  const get = (connection: Connection, url: string) => connection.request<unknown>({ method: 'GET', url })
  const send = (connection: Connection, method: 'POST' | 'PATCH', url: string, body: object) =>
    connection.request<unknown>({
      method,
      url,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...OURS },
    })

  /** The bodies of the replies, in order. Throws when one of them is an error. */
  async function composite(connection: Connection, requests: Part[]) {
    const base = `/services/data/v${connection.version}`
    const reply = await send(connection, 'POST', '/composite', {
      allOrNone: false,
      compositeRequest: requests.map(({ path, ...request }, i) => ({
        ...request,
        url: base + path,
        referenceId: `part${i}`,
      })),
    })
    if (!isObject(reply) || !Array.isArray(reply.compositeResponse)) throw new Error(`not a composite: ${shown(reply)}`)
    const parts = reply.compositeResponse
    return requests.map((_, i) => readPart(parts[i]))
  }

  async function read(connection: Connection, paths: string[]): Promise<unknown[]> {
    const [path, another] = paths
    if (path === undefined) return []
    if (another === undefined) return [await get(connection, path)]
    return composite(
      connection,
      paths.map((each) => ({ method: 'GET', path: each })),
    )
  }

  async function pages(connection: Connection, first: unknown): Promise<Row[]> {
    const rows: Row[] = []
    const asked = new Set<string>()
    for (let page: unknown = first; ; ) {
      const { records, next } = readPage(page)
      rows.push(...records)
      if (next === undefined) break
      if (asked.has(next)) throw new Error('a page of the query names itself as the next')
      asked.add(next)
      page = await get(connection, next)
    }
    return rows
  }

  async function rowsOf(
    connection: Connection,
    resource: 'query' | 'queryAll' | 'tooling/query',
    queries: string[],
  ): Promise<Row[]> {
    const paths = queries.map((soql) => `/${resource}?q=${encodeURIComponent(soql)}`)
    const rows: Row[] = []
    for (const page of await read(connection, paths)) rows.push(...(await pages(connection, page)))
    for (const row of rows) {
      for (const [field, value] of Object.entries(row)) {
        if (isObject(value) && 'records' in value) row[field] = await pages(connection, value)
      }
    }
    return rows
  }

  return {
    query: (connection, queries) => rowsOf(connection, 'query', queries),
    queryAll: (connection, queries) => rowsOf(connection, 'queryAll', queries),
    tooling: (connection, soql) => rowsOf(connection, 'tooling/query', [soql]),
    get,
    async update(connection, records) {
      const chunks = chunksOf(records)
      if (chunks.length <= 1) {
        const reply = await send(connection, 'PATCH', '/composite/sobjects', collection(records))
        return readResults(reply, records.length)
      }
      const requests = chunks.map((chunk) => ({
        method: 'PATCH',
        path: '/composite/sobjects',
        httpHeaders: OURS,
        body: collection(chunk),
      }))
      const bodies = await composite(connection, requests)
      return chunks.flatMap((chunk, i) => readResults(bodies[i], chunk.length))
    },
  }
}

function collection(records: UpdateRecord[]) {
  return { allOrNone: false, records: records.map(({ type, id, fields }) => ({ attributes: { type }, id, ...fields })) }
}

/** Rows that are missing without a word would be taken for rows that are not there. */
function readPage(page: unknown): { records: Row[]; next?: string } {
  if (!isObject(page) || !Array.isArray(page.records)) throw new Error(`not a query reply: ${shown(page)}`)
  const records = page.records.filter(isObject)
  if (records.length < page.records.length) throw new Error('a query reply with a row that is none')
  const { nextRecordsUrl: next } = page
  if (typeof next !== 'string') {
    if (page.done !== true) throw new Error('a query reply that is not done and names no next page')
    return { records }
  }
  // An address that begins otherwise would take the token to another host.
  if (!next.startsWith('/services/data/')) throw new Error('a query reply whose next page is elsewhere')
  return { records, next }
}

function readPart(part: unknown): unknown {
  if (!isObject(part)) throw new Error('the composite reply lacks a part')
  const status = Number(part.httpStatusCode)
  if (status >= 200 && status < 300) return part.body
  throw errorOf(status, part.body)
}

function readResults(reply: unknown, length: number): UpdateResult[] {
  if (!Array.isArray(reply) || reply.length !== length)
    throw new Error(`not a reply for these records: ${shown(reply)}`)
  return reply.map((result) => {
    if (isObject(result) && result.success === true) return undefined
    return readError(isObject(result) && Array.isArray(result.errors) ? result.errors[0] : undefined)
  })
}

/** Collections say `statusCode`, everything else `errorCode`. */
function readError(error: unknown): RecordError {
  const { statusCode, errorCode, message, fields } = isObject(error) ? error : {}
  return {
    code: String(statusCode ?? errorCode ?? ''),
    message: String(message ?? 'no message'),
    fields: Array.isArray(fields) ? fields.map(String) : [],
  }
}

/** A page in its words; of JSON the shape alone: it may be about customers. */
function shown(reply: unknown): string {
  if (typeof reply === 'string') return words(reply)
  if (Array.isArray(reply)) return `a list of ${reply.length}`
  return isObject(reply) ? words(`an object with ${Object.keys(reply).join(', ') || 'nothing'}`) : typeof reply
}
