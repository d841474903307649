/** Commands in a world of their own: this npm on that Node, whatever the machine has. */
import { execFile } from 'node:child_process'
import { delimiter } from 'node:path'

export interface Ended {
  code: number
  out: string
  err: string
}

export type Run = (folder: string, command: string, ...args: string[]) => Promise<Ended>

const LONGEST_MS = 5 * 60_000

/** These folders come first on the PATH. What npm told its scripts stays out: it is another npm's. */
export function createRun(path: readonly string[]): Run {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_(registry|cafile|cache)$)|NODE$|INIT_CWD$)/i.test(name),
  )
  const outside = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const env = { ...Object.fromEntries(inherited), PATH: [...path, ...outside].join(delimiter) }
  return (cwd, command, ...args) =>
    new Promise((resolve) => {
      const options = { cwd, env, timeout: LONGEST_MS, maxBuffer: 2 ** 26 }
      execFile(command, args, options, (error, out, err) => {
        resolve({
          code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
          out,
          err: err || `${error ?? ''}`,
        })
      })
    })
}
