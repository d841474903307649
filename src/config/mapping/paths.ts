/**
 * Which texts of a mapping are fields, which are constants, and which are neither: one that was meant for a field and names
 * none that can be must not be sent to WHMCS as it stands. As sources of expressions, because the JSON Schema has the same.
 */

import { OBJECTS } from '../../domain/mapping/value.ts'

/** Where a value stands: what is of the whole order can't be read from one of its lines. */
export type Scope = 'order' | 'line'

/** Between the object and the field, at most three relationships; those to children lead to many records. */
const RELATIONSHIPS = '(?:\\.(?!OrderItems\\.|Orders\\.|\\w*__[cC]\\.)[A-Za-z]\\w*){0,3}'
const FIELD = '\\.(?!\\w*__[rR]$)[A-Za-z]\\w*$'

export const PATHS: Record<Scope, string> = {
  order: `^(?:Order|Account)${RELATIONSHIPS}${FIELD}`,
  line: `^(?:${OBJECTS.join('|')})${RELATIONSHIPS}${FIELD}`,
}

/** The name of an object however it is written, or a capital word, before a point; or a name that only a field has. */
export const LOOKS_LIKE_PATH = [
  `^\\s*(?:${OBJECTS.map(anyCase).join('|')})\\s*\\.`,
  '^\\s*[A-Z]\\w*\\.[A-Za-z_]',
  '\\w__[cCrR]\\b',
].join('|')

export function isPath(text: string, scope: Scope): boolean {
  return new RegExp(PATHS[scope]).test(text)
}

export function looksLikePath(text: string): boolean {
  return new RegExp(LOOKS_LIKE_PATH).test(text)
}

/** JSON Schema knows no flags. */
function anyCase(word: string): string {
  return word.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`)
}
