/** Columns of SQL become names of TypeScript and JSON. */

type Camel<S> = S extends `${infer Head}_${infer Rest}` ? `${Head}${Capitalize<Camel<Rest>>}` : S
export type CamelRow<R> = { [K in keyof R as Camel<K> & string]: R[K] }

/** `{ record_id: ... }` -> `{ recordId: ... }`, and nothing below that. */
export function camel<R extends object>(row: R): CamelRow<R> {
  const named = Object.entries(row).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ])
  // The type says in one line what the line above does.
  return Object.fromEntries(named) as CamelRow<R>
}
