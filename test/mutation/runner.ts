/** Breaks copies of the tree, side by side, and runs tests over each mutant until one notices. */
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sharedServer } from '../helpers/postgres.ts'
import type { Edit } from './change.ts'
import type { Cover } from './covering.ts'
import { createTree, type Tree } from './tree.ts'

export interface Subject {
  name: string
  edit: Edit
  tests: Cover[]
}

export interface RunnerOptions {
  root: URL
  /** How many copies, each with a mutant of its own. */
  jobs: number
  print: (line: string) => void
}

/** The nearest are run one by one, for one of them notices most mutants; those behind them in one process. */
const ALONE = 6
/** What is spent on one mutant: what the nearest tests don't notice, those far away hardly ever do. */
const MOST_TESTS = 60
const MOST_SECONDS = 90
/** A second of a test counts as much as half a step away. */
const STEPS_A_SECOND = 0.5
const USUAL_SECONDS = 2
const SLOW_SECONDS = 4
/** It notices every change of the schema, and that is all it says: whoever makes one writes the file anew. */
const BLIND = 'test/ledger/schema/schema.test.ts'

export async function createRunner({ root, jobs, print }: RunnerOptions) {
  // Of their own: what a broken test leaves behind goes with it.
  const folder = fileURLToPath(new URL(`.soapstone/mutation/${process.pid}-postgres`, root))
  const server = await sharedServer(folder)
  const trees = await Promise.all(Array.from({ length: jobs }, (_, i) => createTree(root, String(i), folder)))
  /** How long each test took the last time. */
  const seconds = new Map<string, number>()
  /** Of the tests that noticed something: whether they pass as things are. Only these can notice anything. */
  const sound = new Map<string, boolean>()

  /** Each of the trees takes the next one. */
  async function forEach<T>(all: readonly T[], work: (one: T, tree: Tree) => Promise<void>): Promise<void> {
    const left = [...all]
    await Promise.all(
      trees.map(async (tree) => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next, tree)
      }),
    )
  }

  async function run(test: string, tree: Tree): Promise<string | undefined> {
    const begun = performance.now()
    const [failed] = await tree.run(test)
    seconds.set(test, (performance.now() - begun) / 1_000)
    return failed
  }

  /** Where much takes long, it may be the machine that made it fail: such a test must notice twice. */
  async function runTwice(test: string, tree: Tree): Promise<string | undefined> {
    const failed = await run(test, tree)
    const isSlow = (seconds.get(test) ?? 0) > SLOW_SECONDS
    return failed !== undefined && isSlow ? await run(test, tree) : failed
  }

  async function isSound(test: string, tree: Tree): Promise<boolean> {
    const known = sound.get(test)
    if (known !== undefined) return known
    const failed = await run(test, tree)
    if (failed !== undefined) print(`FAILS AS IT IS  ${test}: ${failed}`)
    sound.set(test, failed === undefined)
    return failed === undefined
  }

  function inOrder(tests: Cover[]): string[] {
    const usually = (test: string) => seconds.get(test) ?? USUAL_SECONDS
    const rank = ({ test, distance }: Cover) => distance + usually(test) * STEPS_A_SECOND
    const ranked = tests
      .filter(({ test }) => test !== BLIND && sound.get(test) !== false)
      .sort((a, b) => rank(a) - rank(b))
      .slice(0, MOST_TESTS)
      .map(({ test }) => test)
    let left = MOST_SECONDS
    return ranked.filter((test, i) => {
      left -= usually(test)
      return i === 0 || left > 0
    })
  }

  /** What noticed it, if anything did. */
  async function findNoticing({ edit, tests }: Subject, tree: Tree): Promise<string | undefined> {
    const ordered = inOrder(tests)
    const edited = async <T>(work: () => Promise<T>) => {
      const restore = await tree.edit(edit)
      return await work().finally(restore)
    }
    async function tryEach(some: string[]): Promise<string | undefined> {
      for (const test of some) {
        const noticed = await edited(() => runTwice(test, tree))
        if (noticed !== undefined && (await isSound(test, tree))) return noticed
      }
      return undefined
    }
    const noticed =
      (await tryEach(ordered.slice(0, ALONE))) ??
      (await tryEach(await edited(() => tree.runTogether(ordered.slice(ALONE)))))
    if (noticed !== undefined || !edit.file.endsWith('.ts')) return noticed
    return await edited(() => tree.compile())
  }

  return {
    /** Returns those that nothing noticed. */
    async run(subjects: readonly Subject[]): Promise<Subject[]> {
      const survivors: Subject[] = []
      await forEach(subjects, async (subject, tree) => {
        const noticed = await findNoticing(subject, tree)
        if (noticed === undefined) survivors.push(subject)
        print(`${subject.name.padEnd(64)}  ${noticed ?? 'SURVIVED'}`)
      })
      return survivors
    },
    async close(): Promise<void> {
      await Promise.all(trees.map((tree) => tree.remove()))
      await server.stop('immediate')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
