/** What a setting is. */
export interface Setting<T> {
  meaning: string
  /** As it would be written in the environment. */
  default?: string
  /** What it may be, in words: bounds, choices. */
  allowed?: string
  required?: true
  /** Shown as `(set)`. `password`: a URL that may hold one, which alone is hidden. Either may be in a file (`X_FILE`). */
  secret?: true | 'password'
  /** Set to nothing is a value of its own, not the same as unset. */
  mayBeEmpty?: true
  /** Throws an Error whose message ends the sentence "NAME ...". */
  parse: (text: string) => T
}

/** Keeps the exact type: whether there is a default decides whether the value may be undefined. */
export const setting = <const D extends Setting<unknown>>(definition: D): D => definition
