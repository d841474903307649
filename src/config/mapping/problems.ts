/** What is wrong with a document, each with its path; and the parts that several blocks read alike. */
import { isObject } from '../../runtime/is-object.ts'

export type Problems = string[]

/** Nothing where nothing is given. */
export function entriesOf(given: unknown, where: string, problems: Problems): [string, unknown][] {
  if (given === undefined) return []
  if (isObject(given)) return Object.entries(given)
  problems.push(`${where} is not an object`)
  return []
}

export function unknownKey(where: string, known: readonly string[]): string {
  return `${where} is unknown; there are ${known.join(', ')}`
}

/** Texts by names that are known, each of a form. */
export function readTexts(
  given: unknown,
  { where, known, form, problems }: { where: string; known: readonly string[]; form: RegExp; problems: Problems },
): Record<string, string> {
  const taken: Record<string, string> = {}
  for (const [key, value] of entriesOf(given, where, problems)) {
    if (!known.includes(key)) problems.push(unknownKey(`${where}.${key}`, known))
    else if (typeof value !== 'string' || !form.test(value)) problems.push(`${where}.${key} is not a usable name`)
    else taken[key] = value
  }
  return taken
}

export function readChoice<const T extends string>(
  given: unknown,
  { where, choices, problems }: { where: string; choices: readonly T[]; problems: Problems },
): T | undefined {
  if (given === undefined) return undefined
  const found = choices.find((choice) => choice === given)
  if (found === undefined) problems.push(`${where} is ${neither(choices)}`)
  return found
}

function neither(choices: readonly string[]): string {
  const quoted = choices.map((choice) => `'${choice}'`)
  return quoted.length === 2 ? `neither ${quoted.join(' nor ')}` : `none of ${quoted.join(', ')}`
}
