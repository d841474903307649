/** The sources of a tree, and where in them a change is to be made. */
import { readdirSync, readFileSync } from 'node:fs'
import { Lang, parse, type SgNode } from '@ast-grep/napi'
import type { Change, Edit } from './change.ts'
import { filled, findClauses } from './clause.ts'

export interface Source {
  /** From the root. */
  file: string
  text: string
}

export interface Sources {
  code: readonly Source[]
  statements: readonly Source[]
  migrations: readonly Source[]
}

export function readSources(root: URL): Sources {
  const list = (folder: string, ending: string) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .sort()
      .map(
        (name): Source => ({
          file: `${folder}/${name}`,
          text: readFileSync(new URL(`${folder}/${name}`, root), 'utf8'),
        }),
      )
  return {
    code: list('src', '.ts'),
    statements: list('sql/queries', '.sql'),
    migrations: list('sql/migrations', '.sql'),
  }
}

export const ROOT = new URL('../../', import.meta.url)

/** The place, or why there is none. */
export function locate(change: Change, sources: Sources): Edit | string {
  if (change.kind === 'code') return only(editsOfCode(change, sources.code))
  if (change.kind === 'schema') {
    const found = sources.migrations.flatMap((source) => editsOfClause(change, source))
    return found.at(-1) ?? 'no migration has it'
  }
  const source = sources.statements.find(({ file }) => file.endsWith(`/${change.name}.sql`))
  return source === undefined ? `there is no statement ${change.name}` : only(editsOfClause(change, source))
}

function only(edits: Edit[]): Edit | string {
  const [edit, another] = edits
  if (edit === undefined) return 'what it changes is not there'
  return another === undefined ? edit : `what it changes is there ${edits.length} times`
}

function editsOfClause({ find, put }: { find: string; put: string }, { file, text }: Source): Edit[] {
  return findClauses(text, find).map(({ from, to, values }) => ({ file, from, to, text: filled(put, values) }))
}

function editsOfCode({ declared, find, put }: Change & { kind: 'code' }, code: readonly Source[]): Edit[] {
  return code.flatMap(({ file, text }) => {
    if (declared !== undefined && !text.includes(declared)) return []
    const root = parsed(text)
    const places = declared === undefined ? [root] : declarations(root, declared)
    return places
      .flatMap((place) => place.findAll(find))
      .map((node) => ({ file, ...spanOf(node), text: filledByNode(put, node, text) }))
  })
}

const trees = new Map<string, SgNode>()

/** The tables ask the same files again and again. */
export function parsed(text: string): SgNode {
  const known = trees.get(text) ?? parse(Lang.TypeScript, text).root()
  trees.set(text, known)
  return known
}

function declarations(root: SgNode, name: string): SgNode[] {
  return ['function_declaration', 'variable_declarator', 'method_definition'].flatMap((kind) =>
    root.findAll({ rule: { kind, has: { field: 'name', regex: `^${name}$` } } }),
  )
}

function filledByNode(put: string, node: SgNode, text: string): string {
  return put.replace(/\$\$\$([A-Z]+)|\$([A-Z]+)/g, (whole, many?: string, one?: string) => {
    if (one !== undefined) return node.getMatch(one)?.text() ?? whole
    const nodes = many === undefined ? [] : node.getMultipleMatches(many)
    const [first, last] = [nodes[0], nodes.at(-1)]
    return first && last ? text.slice(spanOf(first).from, spanOf(last).to) : ''
  })
}

export function spanOf(node: SgNode): { from: number; to: number } {
  const { start, end } = node.range()
  return { from: start.index, to: end.index }
}
