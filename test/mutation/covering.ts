/**
 * Which tests cover a file: those that come to it by their imports, the nearest first. A path in a string counts as an
 * import, as for what is started as a process, and so does the name of a statement where queries are declared.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

const STRING = /(['"`])([^'"`\n]+)\1/g
const MIGRATIONS = 'sql/migrations/'

export interface Cover {
  /** A test file. */
  test: string
  /** Imports between, less what they have in common otherwise: the smaller, the nearer. */
  distance: number
}

export interface Covering {
  /** Every test file that covers this one. */
  testsOf(file: string): Cover[]
}

export function readCovering(root: URL): Covering {
  const files = ['src', 'test', 'sql'].flatMap((folder) =>
    readdirSync(fileURLToPath(new URL(folder, root)), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((name) => /\.(?:ts|sql)$/.test(name)),
  )
  const known = new Set(files)
  const texts = new Map(
    files.filter((name) => name.endsWith('.ts')).map((name) => [name, readFileSync(new URL(name, root), 'utf8')]),
  )
  const importers = new Map<string, Set<string>>()
  for (const [file, text] of texts) {
    for (const used of usedBy(file, text, known)) importers.set(used, (importers.get(used) ?? new Set()).add(file))
  }
  return {
    testsOf: (file) =>
      nearest(file, importers)
        .map(({ test, distance }) => ({ test, distance: distance - kinship(test, texts.get(test) ?? '', file) }))
        .sort((a, b) => a.distance - b.distance),
  }
}

function usedBy(file: string, text: string, known: ReadonlySet<string>): string[] {
  const folder = posix.dirname(file)
  return Array.from(text.matchAll(STRING), ([, , said = '']) => said).flatMap((said) => {
    if (said === '#sql/migrations/0001_ledger.sql') return [...known].filter((name) => name.startsWith(MIGRATIONS))
    const places = [posix.join(folder, said), said, `sql/queries/${said}.sql`]
    return places.filter(
      (name) => known.has(name) && (name.startsWith('sql/') ? file.startsWith('src/') : name !== file),
    )
  })
}

function nearest(file: string, importers: Map<string, Set<string>>): Cover[] {
  const found: Cover[] = []
  const seen = new Set([file])
  for (let ring = [file], steps = 0; ring.length > 0; steps++) {
    ring = ring.flatMap((one) => [...(importers.get(one) ?? [])].filter((user) => !seen.has(user) && seen.add(user)))
    const tests = ring.filter((one) => one.endsWith('.test.ts'))
    found.push(...tests.map((test) => ({ test, distance: steps })))
  }
  return found
}

/** The words that both paths have; and a test that speaks of it by name is as near as one that imports it. */
function kinship(test: string, text: string, file: string): number {
  const words = new Set(file.split(/[^a-z]+/))
  const name = posix.basename(file).replace(/\.\w+$/, '')
  const said = new RegExp(`\\b${name}\\b`).test(text) ? 2 : 0
  return said + test.split(/[^a-z]+/).filter((word) => words.has(word)).length
}
