/** The command line as a process of its own: what it prints, and how it ends. */
import { execFile } from 'node:child_process'
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

/** Only these variables: the tester's own must not show. `cwd`: where it runs, and may find a .env. */
export function soapstone(args: string[], variables: Record<string, string> = {}, cwd = folder): Promise<Ended> {
  const env = { PATH: process.env.PATH, ...COMPILED, ...variables }
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, out, err })
    })
  })
}
