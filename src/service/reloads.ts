/** Files of the settings that may change while the process runs. */
import { every, type Running } from '../runtime/every.ts'
import type { Log } from '../runtime/log.ts'
import { type Reloaded, reloaded } from '../runtime/reloaded.ts'

/** A change is taken once it was found twice, and within 15 seconds. */
const LOOK_MS = 4_000

export interface WatchOptions<T> {
  /** As the log calls it. */
  setting: string
  files: readonly string[]
  /** Makes it of the texts, in the order of the files. Throws when it can't. */
  make: (texts: string[]) => T
  onChanged?: (value: T) => void
}

export interface Reloads {
  /** What the files say now, whatever becomes of them. Rejects when they are of no use already. */
  watch<T>(options: WatchOptions<T>): Promise<Pick<Reloaded<T>, 'current'>>
  /** Looks at all of them once. */
  check(): Promise<void>
  /** Looks at the files from now on. */
  start(): Running
}

export function createReloads(log: Log): Reloads {
  const watched: Pick<Reloaded<unknown>, 'check'>[] = []
  const check = async () => void (await Promise.all(watched.map((one) => one.check())))
  return {
    check,
    async watch({ setting, files, make, onChanged }) {
      const made = await reloaded({
        paths: files,
        make,
        onChanged(value) {
          onChanged?.(value)
          log.info({ setting, files }, 'setting.reloaded')
        },
        onKept: (error) => log.error({ setting, files, err: error }, 'setting.not_reloaded'),
      })
      watched.push(made)
      return made
    },
    start: () =>
      every(
        { name: 'reload', everyMs: LOOK_MS, turn: check },
        { onFailed: (error) => log.error({ err: error }, 'setting.not_reloaded') },
      ),
  }
}
