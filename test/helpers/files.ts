import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)

/** Files that fit these patterns below test/: their paths from the root of the project, sorted. */
export function filesOf(patterns: string[]): string[] {
  const below = patterns.map((pattern) => `test/${pattern}`)
  return globSync(below, { cwd: fileURLToPath(ROOT) }).sort()
}
