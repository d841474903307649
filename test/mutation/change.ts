/** A change of the sources, told by structure: no move of a file and no line break makes it miss its place. */

/** Where a change is made, and what stands there then. */
export interface Edit {
  /** From the root. */
  file: string
  from: number
  to: number
  text: string
}

export type Change =
  /** TypeScript: a pattern of ast-grep, e.g. `if ($A > 0) return $$$B`, within what is declared under that name. */
  | { kind: 'code'; declared?: string; find: string; put: string }
  /** A statement of sql/queries, by its name. `$A` in what is sought stands for any one token. */
  | { kind: 'statement'; name: string; find: string; put: string }
  /** The schema: where several migrations have the clause, the last one counts. */
  | { kind: 'schema'; find: string; put: string }

/** `declared`: a function or a constant; the pattern must be there once. Without: once in all of src. */
export function code(declared: string | undefined, find: string, put: string): Change {
  return { kind: 'code', ...(declared !== undefined && { declared }), find, put }
}

export function statement(name: string, find: string, put: string): Change {
  return { kind: 'statement', name, find, put }
}

export function schema(find: string, put: string): Change {
  return { kind: 'schema', find, put }
}
