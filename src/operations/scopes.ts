/** What a token or a session may do. */
import { Refusal } from './refusal.ts'

/** Each of the first three includes those before it. `status` is for the portal, and in none of them. */
export const SCOPES = ['read', 'operate', 'admin', 'status'] as const
export type Scope = (typeof SCOPES)[number]

const LEVELS: readonly Scope[] = ['read', 'operate', 'admin']

/** Whether who has those scopes may do what wants this one. */
export function allows(scopes: readonly Scope[], wanted: Scope): boolean {
  const level = LEVELS.indexOf(wanted)
  return scopes.some((scope) => scope === wanted || (level >= 0 && LEVELS.indexOf(scope) > level))
}

/** Throws a Refusal. Each once, in the order of the table. */
export function readScopes(texts: readonly string[]): Scope[] {
  const unknown = texts.find((text) => !isScope(text))
  if (unknown !== undefined) throw new Refusal('invalid', `scope: '${unknown}' is none of ${SCOPES.join(', ')}`)
  const scopes = SCOPES.filter((scope) => texts.includes(scope))
  if (scopes.length === 0) throw new Refusal('invalid', `scope: give one of ${SCOPES.join(', ')}`)
  return scopes
}

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text)
}
