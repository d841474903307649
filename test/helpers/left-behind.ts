/**
 * What work leaves behind in the old generation of V8's heap, which only a full collection frees. What is promoted while it
 * is under way keeps all that it points to. Where each points to the next, this never ends.
 */
import { execFile } from 'node:child_process'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import v8 from 'node:v8'
import vm from 'node:vm'

type Collect = (options?: { type: 'minor' }) => void

/** The number that the program writes: it has a process of its own, since whatever watches a test keeps things in memory, too. */
export async function numberSaidBy(program: URL, ...args: string[]): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(program), ...args], { env: {} })
  return Number(stdout)
}

/** How many of the subjects are still in memory when the work for each of them has ended. */
export async function keptAfter(runs: number, work: (subject: object) => Promise<unknown>): Promise<number> {
  const collect = collector()
  const subjects: WeakRef<object>[] = []
  for (let run = 0; run < runs; run++) {
    const subject = { run }
    subjects.push(new WeakRef(subject))
    await work(subject)
  }
  // What a WeakRef was made of is kept until this turn has ended.
  await turn()
  collect()
  return subjects.filter((subject) => subject.deref() !== undefined).length
}

/** Bytes for each run. Work that takes at least a turn of the event loop is under way while the heap is collected. */
export async function leftBehind(runs: number, work: (run: number) => Promise<unknown>): Promise<number> {
  const collect = collector()
  // What is collected while it is under way is promoted.
  for (let run = 0; run < 50; run++) {
    const under = work(run)
    for (let turns = 0; turns < run % 5; turns++) await Promise.resolve()
    collect()
    await under
  }
  const before = oldGeneration()
  for (let run = 0; run < runs; run++) {
    await work(run)
    await turn()
    if (run % 50 === 0) collect({ type: 'minor' })
  }
  collect({ type: 'minor' })
  return (oldGeneration() - before) / runs
}

function collector(): Collect {
  v8.setFlagsFromString('--expose-gc')
  return vm.runInNewContext('gc')
}

function oldGeneration(): number {
  const spaces = v8.getHeapSpaceStatistics().filter(({ space_name }) => /^(?:old|large_object)_space$/.test(space_name))
  return spaces.reduce((sum, { space_used_size }) => sum + space_used_size, 0)
}
