/** What files say, made anew when they change. What can't be used never takes the place of what could. */
import { readFile } from 'node:fs/promises'

export interface Reloaded<T> {
  readonly current: T
  /** Looks whether the files have changed. Never rejects. */
  check(): Promise<void>
}

export interface ReloadedOptions<T> {
  paths: readonly string[]
  /** Makes it of the texts, in the order of the paths. Throws when it can't. */
  make: (texts: string[]) => T
  onChanged: (value: T) => void
  /** Called once for each change that is of no use. */
  onKept: (error: unknown) => void
}

/** Rejects when the files are of no use already now. */
export async function reloaded<T>({ paths, make, onChanged, onKept }: ReloadedOptions<T>): Promise<Reloaded<T>> {
  const read = async () => await Promise.all(paths.map(async (path) => await readFile(path, 'utf8')))
  const first = await read()
  let current = make(first)
  let known = nameOf(first)
  let last = known

  return {
    get current() {
      return current
    },
    async check() {
      const found = await read().catch((error: unknown) => ({ error }))
      const name = nameOf(found)
      // Somebody may be writing it right now, and half of a network is a larger network: it has to be found twice.
      const settled = name === last
      last = name
      if (!settled || name === known) return
      known = name
      try {
        if ('error' in found) throw found.error
        current = make(found)
      } catch (error) {
        return onKept(error)
      }
      onChanged(current)
    },
  }
}

/** The same for the same texts, and for the same reason why there are none. */
function nameOf(found: string[] | { error: unknown }): string {
  return 'error' in found ? String(found.error) : JSON.stringify(found)
}
