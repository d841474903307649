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
  'ledger.provisioning_state': string
}
type Scalar = keyof Types
export type ParameterType = Scalar | `${Scalar}[]`
export type ColumnType = ParameterType | `${ParameterType}?`

/** jsonb[] comes in binary: see jsonb.ts. */
type Parameter<T> = T extends 'jsonb[]'
  ? Buffer
  : T extends `${infer S extends Scalar}[]`
    ? readonly (Types[S] | null)[]
    : T extends Scalar
      ? Types[T] | null
      : never
type Value<T> = T extends `${infer S extends Scalar}[]` ? Types[S][] : T extends Scalar ? Types[T] : never
type Column<T> = T extends `${infer P}?` ? Value<P> | undefined : Value<T>

type Parameters<P extends readonly ParameterType[]> = { [I in keyof P]: Parameter<P[I]> }
type Row<C extends Record<string, ColumnType>> = { [K in keyof C]: Column<C[K]> }

/** Whatever runs a statement: a pool or one connection of it. */
export interface Runner {
  query(config: {
    /** Absent: it is not kept prepared. */
    name?: string
    text: string
    values: unknown[]
    rowMode: 'array'
    /** How long this one may take, ms, where it is not the pool's. */
    query_timeout?: number
  }): Promise<QueryArrayResult<unknown[]>>
}

export interface Query<P extends readonly ParameterType[], C extends Record<string, ColumnType>> {
  (runner: Runner, ...values: Parameters<P>): Promise<Row<C>[]>
  readonly declared: { name: string; parameters: P; columns: C; planned: Planned; text: () => string }
}

/**
 * `once`: prepared by its name, so that a connection keeps its plan, which must do for all values and for whatever the
 * tables become. `each-time`: for its values, where it depends on them which index serves.
 */
export type Planned = 'once' | 'each-time'

/** Declares the statement in `sql/queries/<name>.sql`. The file is read at first use. */
export function query<const P extends readonly ParameterType[], const C extends Record<string, ColumnType>>(
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
  const names = Object.keys(columns)
  const run = async (runner: Runner, ...values: Parameters<P>): Promise<Row<C>[]> => {
    const result = await runner.query({
      ...(planned === 'once' && { name }),
      text: load(),
      values: values.map(bind),
      rowMode: 'array',
    })
    // The cast is the border: a test holds the declared columns against what Postgres describes, in this order.
    return result.rows.map(
      (row) => Object.fromEntries(names.map((column, i) => [column, row[i] ?? undefined])) as Row<C>,
    )
  }
  return Object.assign(run, { declared: { name, parameters, columns, planned, text: load } })
}

/** pg sends arrays as Postgres arrays and everything else as it is; jsonb arrives here as text already. */
function bind(value: unknown): unknown {
  return Array.isArray(value) ? [...value] : value
}
