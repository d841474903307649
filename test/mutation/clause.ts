/** Finds a clause in SQL by its tokens: line breaks, indentation, comments and the case of keywords don't matter. */

interface Token {
  text: string
  from: number
  to: number
}

export interface Clause {
  from: number
  to: number
  /** What `$A` and the like stood for. */
  values: Record<string, string>
}

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"[^"]*"|\$[A-Z]+|\$\d+|[\w.]+|::|<=|>=|<>|\|\||->>?|[^\s\w]/g

export function tokensOf(sql: string): Token[] {
  return Array.from(sql.matchAll(TOKEN), ({ 0: text, index }) => ({
    text,
    from: index,
    to: index + text.length,
  })).filter(({ text }) => !text.startsWith('--') && !text.startsWith('/*'))
}

/** Every place where the tokens of the clause stand one after the other. */
export function findClauses(sql: string, clause: string): Clause[] {
  const tokens = tokensOf(sql)
  const sought = tokensOf(clause)
  return tokens.flatMap((_, at) => matchAt(tokens, at, sought) ?? [])
}

/** With the values in place of `$A` and the like. */
export function filled(text: string, values: Record<string, string>): string {
  return text.replace(/\$([A-Z]+)/g, (whole, name: string) => values[name] ?? whole)
}

function matchAt(tokens: Token[], at: number, sought: Token[]): Clause | undefined {
  const values: Record<string, string> = {}
  for (const [i, { text }] of sought.entries()) {
    const found = tokens[at + i]?.text
    if (found === undefined) return undefined
    const name = /^\$([A-Z]+)$/.exec(text)?.[1]
    if (name !== undefined && (values[name] ?? found) === found) values[name] = found
    else if (found.toLowerCase() !== text.toLowerCase()) return undefined
  }
  const [first, last] = [tokens[at], tokens[at + sought.length - 1]]
  return first && last && { from: first.from, to: last.to, values }
}
