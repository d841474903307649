/** A query that was understood: names as written, nothing looked up yet. */
export interface Select {
  /** `['Account', 'Name']` for `Account.Name`. */
  fields: string[][]
  children: Select[]
  /** The object, or the relationship's name in a sub-query. */
  from: string
  where: Condition[]
  orderBy: { path: string[]; descending: boolean }[]
  limit: number | undefined
}

export interface Condition {
  path: string[]
  operator: string
  values: Literal[]
}

export type Literal = string | number | boolean | null

export class MalformedQuery extends Error {}

const token = /\s*(?:('(?:[^'\\]|\\.)*')|(<=|>=|!=|<>|[(),=<>])|([^\s(),=<>!']+))/y

/** Reads the part of SOQL that integrations use: fields, sub-queries, AND-ed conditions, ORDER BY, LIMIT. */
export function parseSoql(text: string): Select {
  const tokens = tokenize(text)
  let at = 0
  const select = readSelect()
  if (at < tokens.length) unexpected()
  return select

  function readSelect(): Select {
    expect('SELECT')
    const fields: string[][] = []
    const children: Select[] = []
    do {
      if (take('(')) {
        children.push(readSelect())
        expect(')')
      } else fields.push(readPath())
    } while (take(','))
    expect('FROM')
    const from = readPath().join('.')
    return { fields, children, from, where: readWhere(), orderBy: readOrderBy(), limit: readLimit() }
  }

  function readWhere(): Condition[] {
    if (!take('WHERE')) return []
    const conditions: Condition[] = []
    do conditions.push(readCondition())
    while (take('AND'))
    return conditions
  }

  function readCondition(): Condition {
    const path = readPath()
    if (take('IN')) return { path, operator: 'IN', values: readList() }
    const operator = next()
    if (!['=', '!=', '<>', '<', '>', '<=', '>='].includes(operator)) unexpected(operator)
    return { path, operator, values: [readLiteral()] }
  }

  function readList(): Literal[] {
    expect('(')
    const values: Literal[] = []
    do values.push(readLiteral())
    while (take(','))
    expect(')')
    return values
  }

  function readOrderBy(): Select['orderBy'] {
    if (!take('ORDER')) return []
    expect('BY')
    const keys: Select['orderBy'] = []
    do {
      const path = readPath()
      const descending = take('DESC')
      if (!descending) take('ASC')
      if (take('NULLS')) next()
      keys.push({ path, descending })
    } while (take(','))
    return keys
  }

  function readLimit(): number | undefined {
    return take('LIMIT') ? Number(next()) : undefined
  }

  function readPath(): string[] {
    const name = next()
    if (!/^[a-z]\w*(\.[a-z]\w*)*$/i.test(name)) unexpected(name)
    return name.split('.')
  }

  function readLiteral(): Literal {
    const text = next()
    if (text.startsWith("'")) return unescaped(text.slice(1, -1))
    if (/^null$/i.test(text)) return null
    if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
    if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Number(text)
    if (/^\d{4}-\d\d-\d\d/.test(text)) return text
    return unexpected(text)
  }

  function next(): string {
    return tokens[at++] ?? unexpected()
  }

  function take(word: string): boolean {
    if (tokens[at]?.toUpperCase() !== word) return false
    at++
    return true
  }

  function expect(word: string) {
    if (!take(word)) unexpected()
  }

  function unexpected(found = tokens[at]): never {
    throw new MalformedQuery(found === undefined ? 'unexpected end of query' : `unexpected token: '${found}'`)
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = []
  const source = text.trim()
  for (token.lastIndex = 0; token.lastIndex < source.length; ) {
    const at = token.lastIndex
    const match = token.exec(source)
    if (!match) throw new MalformedQuery(`unexpected character at ${at + 1}`)
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return tokens
}

function unescaped(text: string): string {
  const special: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
  return text.replace(/\\(.)/gs, (_, char: string) => special[char] ?? char)
}
