/** The command line: what it prints, and how it ends. */
import { execFile } from 'node:child_process'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { COMPILED } from './compiled.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** Without a .env file. */
const folder = fileURLToPath(new URL('.', import.meta.url))

export interface Ended {
  code: number
  out: string
  err: string
}

/** They end their process themselves. */
const ENDING = ['serve', 'doctor']
const seen = new Set<string | undefined>(['--help'])
let last: Promise<unknown> = Promise.resolve()

/**
 * Only these variables: the tester's own must not show. `cwd`: where it runs, and may find a .env.
 * A verb is a process of its own the first time: so it is seen to end by itself. After that it runs in this one,
 * one after the other: a process takes a fifth of a second to load.
 */
export function soapstone(args: string[], variables: Record<string, string> = {}, cwd = folder): Promise<Ended> {
  const verb = args.includes('--help') ? '--help' : args[0]
  const isNew = !seen.has(verb) || ENDING.includes(verb ?? '')
  seen.add(verb)
  if (isNew) return runProcess(args, variables, cwd)
  const ended = last.then(() => runHere(args, variables, cwd))
  last = ended.catch(() => {})
  return ended
}

function runProcess(args: string[], variables: Record<string, string>, cwd: string): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...COMPILED, ...variables }
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err })
    })
  })
}

/** Instead of the end of the process. */
class Exit extends Error {}

let runs = 0

async function runHere(args: string[], variables: Record<string, string>, cwd: string): Promise<Ended> {
  const [out, err] = [createSink(), createSink()]
  const restore = replaceProcess({
    argv: [process.execPath, main, ...args],
    env: { PATH: process.env.PATH, ...variables },
    stdin: Readable.from([]),
    stdout: out.stream,
    stderr: err.stream,
    exit: () => {
      throw new Exit()
    },
  })
  const home = process.cwd()
  process.chdir(cwd)
  process.exitCode = undefined
  try {
    runs += 1
    await import(`${main}?${runs}`)
  } catch (error) {
    if (!(error instanceof Exit)) throw error
  } finally {
    restore()
    process.chdir(home)
  }
  const code = Number(process.exitCode ?? 0)
  process.exitCode = undefined
  return { code, out: out.text(), err: err.text() }
}

/** Those who have its streams already, as tap, go on writing to them. */
function replaceProcess(values: Record<string, unknown>): () => void {
  const before = Object.getOwnPropertyDescriptors(process)
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(process, name, { configurable: true, writable: true, value })
  return () => {
    for (const name of Object.keys(values)) Object.defineProperty(process, name, Object(before)[name])
  }
}

function createSink() {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}
