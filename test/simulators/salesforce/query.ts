import { badIds, compare, meets } from './compare.ts'
import type { NextId } from './ids.ts'
import type { Fields, Org, StoredRecord } from './org.ts'
import { error, ok, type Reply } from './reply.ts'
import { schema } from './schema.ts'
import { MalformedQuery, parseSoql, type Select } from './soql.ts'

export interface PageSizes {
  pageSize: number
  childPageSize: number
}

class QueryError extends Error {
  readonly errorCode: string
  constructor(errorCode: string, message: string) {
    super(message)
    this.errorCode = errorCode
  }
}

/** Answers SOQL from the organisation's records, in pages. */
export function createQueries(options: { org: Org; sizes: PageSizes; nextId: NextId }) {
  const { org, sizes } = options
  const cursors = new Map<string, { records: Fields[]; size: number }>()

  /** `queryAll` finds what is in the recycle bin as well, where it is asked for by id. */
  function query(soql: string, base: string, bin: 'without-bin' | 'with-bin' = 'without-bin'): Reply {
    try {
      const select = parseSoql(soql)
      check(select, select.from)
      const { candidates, where } = narrow(select, bin)
      return ok(page(run({ ...select, where }, candidates, base), sizes.pageSize, base))
    } catch (reason) {
      if (reason instanceof MalformedQuery) return error(400, 'MALFORMED_QUERY', reason.message)
      if (reason instanceof QueryError) return error(400, reason.errorCode, reason.message)
      throw reason
    }
  }

  function queryMore(locator: string, base: string): Reply {
    const [id = '', start] = locator.split('-')
    const cursor = cursors.get(id)
    if (!cursor) return error(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
    return ok(pageOf(cursor.records, { id, start: Number(start), size: cursor.size, base }))
  }

  // The rows are kept as they were when first asked for, as a query locator keeps them.
  function page(records: Fields[], size: number, base: string): Fields {
    if (records.length <= size) return { totalSize: records.length, done: true, records }
    const id = options.nextId('QueryLocator')
    cursors.set(id, { records, size })
    return pageOf(records, { id, start: 0, size, base })
  }

  // An IN list of ids is looked up, not searched for: a bench asks for 200 of many thousand.
  function narrow({ from, where }: Select, bin: 'without-bin' | 'with-bin') {
    const ids = where.find(({ path, operator }) => path.join('.').toLowerCase() === 'id' && /^(IN|=)$/.test(operator))
    if (!ids) return { candidates: org.all(from), where }
    const find = (id: string) => org.find(id) ?? (bin === 'with-bin' ? org.findDeleted(id) : undefined)
    const found = new Set(ids.values.map((id) => find(String(id))).filter((record) => record?.type === from))
    const candidates = [...found].filter((record) => record !== undefined)
    // Not in the order asked for: Salesforce promises none.
    candidates.sort((one, other) => compare(one.id, other.id))
    return { candidates, where: where.filter((condition) => condition !== ids) }
  }

  function run(select: Select, candidates: StoredRecord[], base: string): Fields[] {
    return candidates
      .filter((record) => !org.isHidden(record.id))
      .filter((record) => select.where.every((condition) => meets(value(record, condition.path), condition)))
      .sort((one, other) => order(select, one, other))
      .slice(0, select.limit)
      .map((record) => render(select, record, base))
  }

  // Salesforce refuses a bad name whether or not a row would show it.
  function check(select: Select, type: string) {
    if (!schema[type]) throw new QueryError('INVALID_TYPE', `sObject type '${type}' is not supported.`)
    const selected = new Set<string>()
    for (const path of select.fields) {
      const name = resolve(type, path).join('.')
      if (selected.has(name)) throw new QueryError('INVALID_FIELD', `duplicate field selected: ${name}`)
      selected.add(name)
    }
    for (const { path } of [...select.where, ...select.orderBy]) resolve(type, path)
    for (const child of select.children) check(child, childOf(type, child.from).type)
    const [bad] = select.where.flatMap(badIds)
    if (bad !== undefined) throw new QueryError('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${bad}`)
  }

  function resolve(type: string, path: string[]): string[] {
    const [head = '', ...rest] = path
    if (rest.length === 0) {
      const name = org.fieldName(type, head)
      if (name === undefined) throw new QueryError('INVALID_FIELD', `No such column '${head}' on entity '${type}'.`)
      return [name]
    }
    const [relationship, parent] = lookup(schema[type]?.parents, head, `relationship '${head}' in field path`)
    return [relationship, ...resolve(parent.type, rest)]
  }

  function childOf(type: string, name: string): { by: string; type: string } {
    return lookup(schema[type]?.children, name, `relationship '${name}' in FROM part of query call`)[1]
  }

  function value(record: StoredRecord | undefined, path: string[]): unknown {
    if (!record) return null
    const [head = '', ...rest] = resolve(record.type, path)
    return rest.length === 0 ? (record.fields[head] ?? null) : value(parent(record, head), rest)
  }

  function parent(record: StoredRecord, relationship: string): StoredRecord | undefined {
    const id = record.fields[schema[record.type]?.parents[relationship]?.by ?? '']
    return typeof id === 'string' ? org.find(id) : undefined
  }

  function render(select: Select, record: StoredRecord, base: string): Fields {
    const row = renderFields(select.fields, record, base)
    for (const child of select.children) {
      const { by, type } = childOf(record.type, child.from)
      const rows = run(child, org.childrenOf(record.id, type, by), base)
      row[child.from] = rows.length === 0 ? null : page(rows, sizes.childPageSize, base)
    }
    return row
  }

  function renderFields(paths: string[][], record: StoredRecord, base: string): Fields {
    const row: Fields = { attributes: { type: record.type, url: `${base}/sobjects/${record.type}/${record.id}` } }
    const related = new Map<string, string[][]>()
    for (const path of paths) {
      const [head = '', ...rest] = resolve(record.type, path)
      if (rest.length === 0) row[head] = record.fields[head] ?? null
      else related.set(head, [...(related.get(head) ?? []), rest])
    }
    for (const [relationship, rest] of related) {
      const other = parent(record, relationship)
      row[relationship] = other ? renderFields(rest, other, base) : null
    }
    return row
  }

  function order(select: Select, one: StoredRecord, other: StoredRecord): number {
    for (const { path, descending } of select.orderBy) {
      const difference = compare(value(one, path), value(other, path))
      if (difference !== 0) return descending ? -difference : difference
    }
    return 0
  }

  return { query, queryMore }
}

function pageOf(records: Fields[], at: { id: string; start: number; size: number; base: string }): Fields {
  const end = at.start + at.size
  const rows = records.slice(at.start, end)
  if (end >= records.length) return { totalSize: records.length, done: true, records: rows }
  const nextRecordsUrl = `${at.base}/query/${at.id}-${end}`
  return { totalSize: records.length, done: false, nextRecordsUrl, records: rows }
}

function lookup<T>(table: Readonly<Record<string, T>> | undefined, name: string, what: string): [string, T] {
  const found = Object.entries(table ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())
  if (!found) throw new QueryError('INVALID_FIELD', `Didn't understand ${what}.`)
  return found
}
