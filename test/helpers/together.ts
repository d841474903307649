/**
 * Test files of one process, one after the other. By itself each would start tap and load the service, half a second of
 * processor time, and would run code that is not compiled yet.
 */
import { registerHooks } from 'node:module'
import t, { type Test } from 'tap'
import { filesOf } from './files.ts'

const ROOT = new URL('../../', import.meta.url)
const OWN = 'tap-of-file:'
/** For each file: the slowest takes half a minute on two cores. */
const LONGEST_MS = 90_000
/** After this nothing of a test should be under way any more. */
const LEAVE_MS = 10_000

const tests = new Map<string, Test>()

/** To each file `tap` is a test of its own: what it sets, opens and ends there is nobody else's. */
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context
    if (specifier !== 'tap' || !tests.has(parentURL)) return next(specifier, context)
    return { url: `${OWN}${parentURL}`, shortCircuit: true }
  },
  load(url, context, next) {
    if (!url.startsWith(OWN)) return next(url, context)
    const source = `import { testOf } from ${JSON.stringify(import.meta.url)}
      export default testOf(${JSON.stringify(url.slice(OWN.length))})`
    return { format: 'module', source, shortCircuit: true }
  },
})

/** @public The module that is made above imports it. */
export function testOf(url: string): Test | undefined {
  return tests.get(url)
}

/** `patterns`: of files below test/. */
export function together(...patterns: string[]): void {
  for (const file of filesOf(patterns)) {
    const url = new URL(file, ROOT).href
    t.test(file, { timeout: LONGEST_MS }, async (t) => {
      tests.set(url, t)
      await import(url)
    })
  }
  // What some test has left behind is told, and does not hold up the others until tap loses its patience.
  t.teardown(() => {
    setTimeout(() => {
      console.error(`${process.argv[1]}: still there after the last test:`, process.getActiveResourcesInfo())
      process.exit()
    }, LEAVE_MS).unref()
  })
}
