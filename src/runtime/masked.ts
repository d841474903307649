/** Values of fields that nobody has to see, out of whatever holds them. */

const MASK = '***'
/** A Salesforce session, wherever a text has it. */
const SESSION = /\b00D\w{9,15}![\w.-]+/g

/** A copy in which the values of those fields are masked, and sessions in all texts. */
export function masked(value: unknown, isPrivate: (name: string) => boolean): unknown {
  if (typeof value === 'string') return value.replace(SESSION, MASK)
  if (Array.isArray(value)) return value.map((one) => masked(one, isPrivate))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isPrivate(name) && inner !== null && inner !== undefined ? MASK : masked(inner, isPrivate),
    ]),
  )
}

/** Names as people write them: `*` stands for any letters, case does not count. */
export function namesLike(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`, 'i')
  })
  return (name) => all.some((one) => one.test(name))
}
