/** Names that look like settings and are none: a typo must not leave a default in force without a word. */

type Variables = Record<string, string | undefined>

/** First words that other programs use as well: such a name counts only if it is nearly one of ours. */
const COMMON = new Set([
  ...['ADMIN', 'ALERT', 'BODY', 'DATA', 'DATABASE', 'LOG', 'ORDERS', 'PORTAL', 'PUBLIC', 'SESSION', 'SF', 'TLS'],
  ...['TRUST', 'WEBHOOK'],
])
/** What Kubernetes and old Docker links set for a service of that name. */
const SERVICE_LINK = /_SERVICE_(?:HOST|PORT)(?:_|$)|_PORT(?:_\d+_(?:TCP|UDP)|$)/
/** Node, its TLS and Postgres' library read these from the environment of the process alone. */
const OF_THE_PROCESS = /^(?:NODE_|PG[A-Z]|SSL_CERT_|UV_|TZ$|(?:HTTPS?|NO|ALL)_PROXY$)/i

export interface UnknownName {
  name: string
  /** The setting that may have been meant. */
  suggestion: string | undefined
  problem: string
}

/** In a .env file every name counts; in the environment those that begin like one of ours, or are nearly one. */
export function unknownNames(known: readonly string[], environment: Variables, file: Variables): UnknownName[] {
  const isUnknown = (name: string) => !known.includes(name)
  const begins = new Set(known.filter((name) => name.includes('_')).map(firstWord))
  const inEnvironment = Object.keys(environment).filter((name) => {
    const upper = name.toUpperCase()
    if (!isUnknown(name) || SERVICE_LINK.test(upper) || OF_THE_PROCESS.test(name)) return false
    if (begins.has(firstWord(upper)) && upper.includes('_') && !COMMON.has(firstWord(upper))) return true
    return known.some((one) => one.includes('_') && distance(upper, one) <= 2)
  })
  return [
    ...inEnvironment.map((name) => describe(name, 'the environment', known)),
    ...Object.keys(file)
      .filter(isUnknown)
      .map((name) => (OF_THE_PROCESS.test(name) ? ofTheProcess(name) : describe(name, '.env', known))),
  ]
}

function ofTheProcess(name: string): UnknownName {
  const problem = `${name} in .env has no effect: set it in the environment of the process`
  return { name, suggestion: undefined, problem }
}

function describe(name: string, where: string, known: readonly string[]): UnknownName {
  const suggestion = nearest(name.toUpperCase(), known)
  const hint = suggestion === undefined ? 'soapstone config lists all settings' : `did you mean ${suggestion}?`
  return { name, suggestion, problem: `${name} in ${where} is not a setting: ${hint}` }
}

/** The most alike, if it is alike at all. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, share: distance(name, one) / Math.max(name.length, one.length) }))
    .sort((a, b) => a.share - b.share)
  return best && best.share <= 0.45 ? best.one : undefined
}

function firstWord(name: string): string {
  return name.split('_', 1)[0] ?? name
}

/** How many characters have to be added, left out, changed, or swapped with their neighbour. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, changed, swapped))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: number[], index: number): number {
  return row[index] ?? Infinity
}
