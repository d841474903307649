/**
 * JSON Schema as far as the API needs it, and the type of what fits it: plain objects, from which checks, answers and
 * OpenAPI are made. A library for that (typebox and its provider: 9.8 MB, 8 packages) would spare us the type below.
 */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly default?: unknown
  readonly [keyword: string]: unknown
}

export type Of<S> = S extends { enum: readonly (infer E)[] }
  ? E
  : S extends { type: 'string' }
    ? string
    : S extends { type: 'integer' | 'number' }
      ? number
      : S extends { type: 'boolean' }
        ? boolean
        : S extends { type: 'array'; items: infer I }
          ? Of<I>[]
          : S extends { type: 'object'; properties: infer P }
            ? ObjectOf<P, S extends { required: readonly (infer R)[] } ? R : never>
            : S extends { type: readonly ['object', 'null']; properties: infer P }
              ? ObjectOf<P, never> | null
              : unknown

type ObjectOf<P, R> = { -readonly [K in keyof P & R]: Of<P[K]> } & {
  -readonly [K in Exclude<keyof P, R>]?: Of<P[K]> | undefined
}

/** An object of the answer. What is not named here is left out of it: so nothing gets in by mistake. */
export function object<const P extends Record<string, JsonSchema>>(properties: P) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false } as const
}

/** `undefined` inside becomes `null`. */
export function nullable<const S extends { readonly type: string; readonly [keyword: string]: unknown }>(schema: S) {
  return { ...schema, type: [schema.type, 'null'], default: null } as const
}

export function list<const S extends JsonSchema>(items: S) {
  return { type: 'array', items } as const
}

/** A page of a list, and where the next one begins. */
export function page<const S extends JsonSchema>(items: S) {
  return object({
    items: list(items),
    next: nullable({
      type: 'string',
      description: 'Give it as `after` for the next page. Null: this is the last one.',
    }),
  })
}

export const TEXT = { type: 'string' } as const
export const TIME = { type: 'string', format: 'date-time', description: 'UTC, with milliseconds' } as const
