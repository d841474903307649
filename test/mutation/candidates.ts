/** All the ways in which the sources could be broken by one small change: what random mutants are drawn from. */
import type { SgNode } from '@ast-grep/napi'
import type { Edit } from './change.ts'
import { findClauses, tokensOf } from './clause.ts'
import { parsed, type Source, spanOf } from './sources.ts'

const OPERATORS: Record<string, string> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
}

/** Where nothing happens: types, imports, and what is only said to people. */
const STILL = new Set([
  'import_statement',
  'type_alias_declaration',
  'interface_declaration',
  'type_annotation',
  'type_arguments',
  'type_parameters',
])

export function codeCandidates({ file, text }: Source): Edit[] {
  const edits: Edit[] = []
  const put = (node: SgNode, by: string) => edits.push({ file, ...spanOf(node), text: by })
  const visit = (node: SgNode): void => {
    if (STILL.has(String(node.kind())) || isLogging(node)) return
    mutate(node, put)
    for (const child of node.children()) visit(child)
  }
  visit(parsed(text))
  return edits
}

function mutate(node: SgNode, put: (node: SgNode, by: string) => void): void {
  switch (String(node.kind())) {
    case 'binary_expression': {
      const operator = node.field('operator')
      const other = operator === null ? undefined : OPERATORS[operator.text()]
      // Texts that are joined are for people.
      if (operator && other !== undefined && !/['"`]/.test(node.text())) put(operator, other)
      return
    }
    case 'if_statement': {
      const condition = node.field('condition')
      if (condition) for (const always of ['(true)', '(false)']) put(condition, always)
      return
    }
    case 'ternary_expression': {
      const condition = node.field('condition')
      if (condition) put(condition, `!(${condition.text()})`)
      return
    }
    case 'unary_expression':
      if (node.text().startsWith('!')) put(node, `(${node.text().slice(1)})`)
      return
    case 'number':
      put(node, node.text() === '0' ? '1' : '0')
      return
    case 'true':
    case 'false':
      if (String(node.parent()?.kind()) !== 'literal_type') put(node, String(node.kind() === 'false'))
      return
    case 'expression_statement':
      put(node, ';')
      return
  }
}

function isLogging(node: SgNode): boolean {
  return node.kind() === 'expression_statement' && /^(?:request\.)?log\.|^print|^process\.stdout/.test(node.text())
}

/** Words that begin or end a condition. */
const CONDITION = /^(?:where|and|or|on|when)$/i
const END = /^(?:and|or|order|group|limit|returning|for|then|left|join|set|union|on|where|when|with)$/i

export function sqlCandidates({ file, text }: Source): Edit[] {
  return [...conditions(text), ...clauses(text), ...assignments(text)].map((edit) => ({ file, ...edit }))
}

type Span = Omit<Edit, 'file'>

/** Each condition always and never true; its parameters stay, so that Postgres still knows their types. */
function conditions(sql: string): Span[] {
  const tokens = tokensOf(sql)
  return tokens.flatMap((token, at) => {
    if (!CONDITION.test(token.text)) return []
    const first = tokens[at + 1]
    const last = tokens[endOf(tokens, at + 1) - 1]
    // `on conflict`, `for update`; and what an index or a grant is on is a table.
    if (!first || !last || last.to <= first.from || /^(?:conflict|update|ledger\..*)$/i.test(first.text)) return []
    const said = sql.slice(first.from, last.to)
    return [`((${said}) or true)`, `((${said}) and false)`].map((by) => ({ from: first.from, to: last.to, text: by }))
  })
}

/** The index of the first token that is no part of what begins here. */
function endOf(tokens: { text: string }[], from: number): number {
  let depth = 0
  let between = false
  for (let at = from; ; at++) {
    const text = tokens[at]?.text
    if (text === undefined || text === ';') return at
    if (text === '(') depth += 1
    if (text === ')' && depth-- === 0) return at
    if (/^between$/i.test(text)) between = true
    else if (depth === 0 && (text === ',' || END.test(text))) {
      if (!between) return at
      between = false
    }
  }
}

const REMOVED = ['skip locked', 'distinct', 'desc', 'unique', 'do nothing']
const EXCHANGED: [string, string][] = [
  ['<', '>'],
  ['<=', '>'],
  ['>', '<'],
  ['+ 1', '+ 0'],
  ['greatest', 'least'],
  ['not exists', 'exists'],
  ['is null', 'is not null'],
  ['is not null', 'is null'],
  ['coalesce', 'nullif'],
]

function clauses(sql: string): Span[] {
  const removed = REMOVED.map((clause): [string, string] => [clause, ''])
  return [...removed, ...EXCHANGED].flatMap(([clause, text]) =>
    findClauses(sql, clause).map(({ from, to }) => ({ from, to, text })),
  )
}

/** Each column that an update sets, left as it was. */
function assignments(sql: string): Span[] {
  const tokens = tokensOf(sql)
  return tokens.flatMap((token, at) => {
    const before = tokens[at - 1]?.text
    const name = tokens[at]?.text ?? ''
    if (tokens[at + 1]?.text !== '=' || !(before === ',' || /^set$/i.test(before ?? '')) || !/^\w+$/.test(name))
      return []
    const last = tokens[endOf(tokens, at + 2) - 1]
    return last ? [{ from: token.from, to: last.to, text: `${name} = ${ownOf(sql, token.from)}${name}` }] : []
  })
}

/** What the updated table is called there: `n.` of `update ledger.notification n set`. */
function ownOf(sql: string, at: number): string {
  const found = /(?:update\s+[\w.]+|insert\s+into\s+[\w.]+\s+as)\s+(\w+)(?![\s\S]*\b(?:update|insert into)\s+ledger)/i
  const alias = found.exec(sql.slice(0, at))?.[1]
  return alias === undefined || alias === 'set' ? '' : `${alias}.`
}
