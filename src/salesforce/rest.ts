/** The few REST calls that we make, through jsforce, and replies taken apart without trust. */
import type { Connection } from 'jsforce'

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
  /** All rows of a query and of its sub-queries, however many pages they come in. */
  query(connection: Connection, soql: string): Promise<Row[]>
  /** Updates up to 1,000 records with one call; each on its own, none fails another. */
  update(connection: Connection, records: UpdateRecord[]): Promise<UpdateResult[]>
}

export type Row = Record<string, unknown>

/** Records of one collections request. */
const CHUNK = 200
/** Of a composite's 25 parts only five may be collections. */
const COLLECTIONS_IN_COMPOSITE = 5
export const UPDATE_LIMIT = CHUNK * COLLECTIONS_IN_COMPOSITE

export function createRest(): Rest {
  const get = (connection: Connection, url: string) => connection.request<unknown>({ method: 'GET', url })
  const send = (connection: Connection, method: 'POST' | 'PATCH', url: string, body: object) =>
    connection.request<unknown>({
      method,
      url,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })

  async function pages(connection: Connection, first: unknown): Promise<Row[]> {
    const rows: Row[] = []
    for (let page: unknown = first; ; ) {
      const { records, next } = readPage(page)
      rows.push(...records)
      if (next === undefined) break
      page = await get(connection, next)
    }
    return rows
  }

  return {
    async query(connection, soql) {
      const rows = await pages(connection, await get(connection, `/query?q=${encodeURIComponent(soql)}`))
      for (const row of rows) {
        for (const [field, value] of Object.entries(row)) {
          if (isObject(value) && Array.isArray(value.records)) row[field] = await pages(connection, value)
        }
      }
      return rows
    },
    async update(connection, records) {
      const chunks = []
      for (let i = 0; i < records.length; i += CHUNK) chunks.push(records.slice(i, i + CHUNK))
      if (chunks.length <= 1) {
        const reply = await send(connection, 'PATCH', '/composite/sobjects', collection(records))
        return readResults(reply, records.length)
      }
      const path = `/services/data/v${connection.version}/composite/sobjects`
      const reply = await send(connection, 'POST', '/composite', {
        allOrNone: false,
        compositeRequest: chunks.map((chunk, i) => ({
          method: 'PATCH',
          url: path,
          referenceId: `part${i}`,
          body: collection(chunk),
        })),
      })
      const parts = isObject(reply) && Array.isArray(reply.compositeResponse) ? reply.compositeResponse : []
      return chunks.flatMap((chunk, i) => readPart(parts[i], chunk.length))
    },
  }
}

function collection(records: UpdateRecord[]) {
  return { allOrNone: false, records: records.map(({ type, id, fields }) => ({ attributes: { type }, id, ...fields })) }
}

function readPage(page: unknown): { records: Row[]; next?: string } {
  if (!isObject(page) || !Array.isArray(page.records)) throw new Error('not a query reply')
  const records = page.records.filter(isObject)
  return typeof page.nextRecordsUrl === 'string' ? { records, next: page.nextRecordsUrl } : { records }
}

function readPart(part: unknown, length: number): UpdateResult[] {
  if (!isObject(part)) throw new Error('the composite reply lacks a part')
  if (typeof part.httpStatusCode === 'number' && part.httpStatusCode < 300) return readResults(part.body, length)
  const error = readError(Array.isArray(part.body) ? part.body[0] : undefined)
  throw Object.assign(new Error(error.message), { errorCode: error.code || `ERROR_HTTP_${part.httpStatusCode}` })
}

function readResults(reply: unknown, length: number): UpdateResult[] {
  if (!Array.isArray(reply) || reply.length !== length) throw new Error('not a reply for these records')
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
