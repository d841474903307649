/**
 * npm run mutation [-- part of a name ...]: takes the protections away, one at a time, in a copy of the tree, and runs the tests
 * that cover the place, the nearest first. A mutation that survives is a promise that nothing holds.
 * npm run mutation -- --random 160 --seed s [part of a name ...]: the same with so many small changes, drawn at random from
 * src and sql; those that are named, of them.
 * npm run mutation -- --places: only whether each mutation of the table finds its place. Seconds.
 */
import { parseArgs } from 'node:util'
import { readCovering } from './mutation/covering.ts'
import { drawMutants } from './mutation/random.ts'
import { createRunner, type Subject } from './mutation/runner.ts'
import { locate, ROOT, readSources } from './mutation/sources.ts'
import { MUTATIONS } from './mutation/table.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    random: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    jobs: { type: 'string', default: '2' },
    places: { type: 'boolean', default: false },
  },
})
const sources = readSources(ROOT)
const covering = readCovering(ROOT)
const print = (line: string) => void process.stdout.write(`${line}\n`)

/** The mutations of the table that are asked for by their name. Those without a place are told, and counted. */
function chosen(): { subjects: Subject[]; misplaced: number } {
  const wantedOnes = MUTATIONS.filter(({ name }) => isWanted(name))
  const subjects = wantedOnes.flatMap(({ name, change, by }): Subject[] => {
    const edit = locate(change, sources)
    if (typeof edit !== 'string') return [{ name, edit, tests: testsBy(by, edit.file) }]
    print(`${name}: NO PLACE: ${edit}`)
    return []
  })
  return { subjects, misplaced: wantedOnes.length - subjects.length }
}

function isWanted(name: string): boolean {
  return positionals.length === 0 || positionals.some((part) => name.includes(part))
}

function testsBy(by: readonly string[] | undefined, file: string) {
  const tests = covering.testsOf(file)
  return by === undefined ? tests : tests.filter(({ test }) => by.some((end) => test.endsWith(`${end}.test.ts`)))
}

function random(count: number): Subject[] {
  print(`seed ${values.seed}`)
  return drawMutants(sources, count, values.seed)
    .filter(({ name }) => isWanted(name))
    .map(({ name, edit }) => ({ name, edit, tests: covering.testsOf(edit.file) }))
}

const { subjects, misplaced } =
  values.random === undefined ? chosen() : { subjects: random(Number(values.random)), misplaced: 0 }
if (values.places) {
  print(`${subjects.length} of ${subjects.length + misplaced} mutations find their place`)
} else {
  const runner = await createRunner({ root: ROOT, jobs: Number(values.jobs), print })
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void runner.close().then(() => process.exit(1)))
  const survivors = await runner.run(subjects).finally(runner.close)
  print('')
  for (const { name } of survivors) print(`SURVIVED  ${name}`)
  const noticed = subjects.length - survivors.length
  print(`${subjects.length} mutations, ${noticed} noticed (${Math.round((noticed / subjects.length) * 100)} %)`)
  // What is drawn at random may change nothing that matters: a person has to look.
  if (survivors.length > 0 && values.random === undefined) process.exitCode = 1
}
if (misplaced > 0 || subjects.length === 0) process.exitCode = 1
