/** The memory of a process, looked at again and again. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Memory {
  /** What is looked at from now on belongs to that phase. */
  phase(name: string): void
  /** MiB, by phase, in the order of time. */
  readonly samples: Map<string, number[]>
  stop(): void
}

/** `pid`: asked each time. Needs `ps`. */
export function watchMemory(pid: () => number | undefined, everyMs: number): Memory {
  const samples = new Map<string, number[]>()
  let current: number[] = []
  async function look(): Promise<void> {
    const into = current
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid() ?? 0)])
    into.push(Number(stdout) / 1024)
  }
  // A process that is not there has none.
  const timer = setInterval(() => void look().catch(() => {}), everyMs)
  return {
    phase(name) {
      current = []
      samples.set(name, current)
    },
    samples,
    stop: () => clearInterval(timer),
  }
}
