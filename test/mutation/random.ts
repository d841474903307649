/** Random mutants of src and sql, the same for the same seed. */
import { createChance } from '../chaos/random.ts'
import { codeCandidates, sqlCandidates } from './candidates.ts'
import type { Edit } from './change.ts'
import type { Source, Sources } from './sources.ts'

/** Of all mutants this part is of SQL: there is less of it, and more hangs on each clause. */
const SQL_SHARE = 0.25

export interface Mutant {
  name: string
  edit: Edit
}

export function drawMutants(sources: Sources, count: number, seed: string): Mutant[] {
  const chance = createChance(seed)
  const draw = (from: Mutant[], most: number) => {
    const left = [...from]
    return Array.from({ length: Math.min(most, left.length) }, () => {
      const at = chance.between(0, left.length - 1)
      return left.splice(at, 1)
    }).flat()
  }
  const ofSql = Math.round(count * SQL_SHARE)
  const sql = mutants([...sources.statements, ...sources.migrations], sqlCandidates)
  const drawn = [
    ...draw(
      sql.filter(({ edit }) => isInForce(edit, sources.migrations)),
      ofSql,
    ),
    ...draw(mutants(sources.code, codeCandidates), count - ofSql),
  ]
  // Mixed, so that a run that is broken off has seen some of everything.
  return draw(drawn, count)
}

function mutants(sources: readonly Source[], candidates: (source: Source) => Edit[]): Mutant[] {
  return sources.flatMap((source) => candidates(source).map((edit) => ({ name: describe(source, edit), edit })))
}

function describe({ file, text }: Source, edit: Edit): string {
  const line = text.slice(0, edit.from).split('\n').length
  const short = (said: string) => said.replace(/\s+/g, ' ').slice(0, 60)
  return `${file}:${line}: ${short(text.slice(edit.from, edit.to))} -> ${short(edit.text)}`
}

const REPLACEABLE = /^create (?:or replace )?(function|view) ledger\.(\w+)/gm

/** A function or a view that a later migration replaces can be whatever it likes. */
function isInForce({ file, from }: Edit, migrations: readonly Source[]): boolean {
  const text = migrations.find((one) => one.file === file)?.text.slice(0, from) ?? ''
  const made = [...text.matchAll(REPLACEABLE)].at(-1)
  if (made === undefined) return true
  const again = `create or replace ${made[1]} ledger.${made[2]}`
  return !migrations.some((later) => later.file > file && new RegExp(`^${again}\\b`, 'm').test(later.text))
}
