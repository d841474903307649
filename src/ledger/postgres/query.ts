/**
 * One statement a file, in sql/queries. A query is declared once with its Postgres types; TypeScript derives the
 * parameters and the row from them, and a test has a real Postgres describe every statement and compares.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { QueryArrayResult } from 'pg'

/** How a Postgres type looks in TypeScript. 8-byte integers stay text: they don't fit a number. */
interface Types {
  text: string
  integer: number
  bigint: string
  boolean: boolean
  'double precision': number
  timestamptz: Date
  interval: string
  jsonb: unknown
  bytea: Buffer
  'ledger.state': string
  'ledger.step': string
  'ledger.priority': string
  'ledger.provisioning_state': string
}
type Scalar = keyof Types
type Plain = Scalar | `${Scalar}[]`
/** With `?` it may be undefined, which is null in SQL. Elements of an array always may. */
type ParameterType = Plain | `${Scalar}?`
type ColumnType = Plain | `${Plain}?`

/** jsonb[] comes in binary: see jsonb.ts. */
type Parameter<T> = T extends `${infer P}?`
  ? Parameter<P> | undefined
  : T extends 'jsonb[]'
    ? Buffer
    : T extends `${infer S extends Scalar}[]`
      ? readonly (Types[S] | undefined)[]
      : T extends Scalar
        ? Types[T]
        : never
type Value<T> = T extends `${infer S extends Scalar}[]` ? Types[S][] : T extends Scalar ? Types[T] : never
type Column<T> = T extends `${infer P}?` ? Value<P> | undefined : Value<T>

type Parameters<P extends Record<string, ParameterType>> = { readonly [K in keyof P]: Parameter<P[K]> }
type Row<C extends Record<string, ColumnType>> = { [K in keyof C]: Column<C[K]> }

export interface Statement {
  /** Absent: it is not kept prepared. */
  name?: string
  text: string
  values: unknown[]
  rowMode: 'array'
  /** How long its caller waits for it, ms, where that is not the pool's. */
  query_timeout?: number
}

/** Whatever runs a statement: a pool or one connection of it. */
export interface Runner {
  query(statement: Statement): Promise<QueryArrayResult<unknown[]>>
}

export interface Query<P extends Record<string, ParameterType>, C extends Record<string, ColumnType>> {
  (runner: Runner, parameters: Parameters<P>): Promise<Row<C>[]>
  readonly declared: { name: string; parameters: P; columns: C; planned: Planned; text: () => string }
}

/**
 * `once`: prepared by its name, so that a connection keeps its plan, which must do for all values and for whatever the
 * tables become. `each-time`: for its values, where it depends on them which index serves.
 */
type Planned = 'once' | 'each-time'

const loaders: (() => string)[] = []

/** Reads the files of all statements that are declared: what is installed over a running process must not change it. */
export function loadStatements(): void {
  for (const load of loaders) load()
}

/**
 * Declares the statement in `sql/queries/<name>.sql`. The order of the parameters' keys is `$1`, `$2`, ...: a test holds
 * their names and types against the header of the file. The file is read at first use, or
 * by loadStatements.
 */
export function query<const P extends Record<string, ParameterType>, const C extends Record<string, ColumnType>>(
  name: string,
  parameters: P,
  columns: C,
  planned: Planned = 'once',
): Query<P, C> {
  let text: string | undefined
  const load = () => {
    text ??= readFileSync(fileURLToPath(import.meta.resolve(`#sql/queries/${name}.sql`)), 'utf8')
    return text
  }
  loaders.push(load)
  const order = Object.keys(parameters)
  const names = Object.keys(columns)
  const run = async (runner: Runner, given: Parameters<P>): Promise<Row<C>[]> => {
    const result = await runner.query({
      ...(planned === 'once' && { name }),
      text: load(),
      values: order.map((parameter) => bind(given[parameter])),
      rowMode: 'array',
    })
    // The cast is the border: a test holds the declared columns against what Postgres describes, in this order.
    return result.rows.map(
      (row) => Object.fromEntries(names.map((column, i) => [column, row[i] ?? undefined])) as Row<C>,
    )
  }
  return Object.assign(run, { declared: { name, parameters, columns, planned, text: load } })
}

/** pg sends arrays as Postgres arrays, undefined as null, and everything else as it is; jsonb arrives here as text. */
function bind(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value
}
