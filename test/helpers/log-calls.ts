/** The names of events that the code gives to a log, found in its text. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface LogCall {
  file: string
  /** As it stands there; with `${…}` where it is put together. */
  name: string
}

const CALL = /\b(?:log|sampled|app\.log)(?:\?)?(?:\.(?:info|warn|error|fatal|debug)|\[[^\]]+\])\(/g
const NAME = /(['`])([a-z_]+\.(?:[a-z_]+|\$\{[^}]+\}))\1/g

const src = fileURLToPath(new URL('../../src/', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

/** The texts of all files but the table itself. */
export function sources(): string[] {
  return files.filter((file) => !file.endsWith('events.ts')).map((file) => readFileSync(join(src, file), 'utf8'))
}

export function logCalls(): LogCall[] {
  return files.flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8')
    return [...text.matchAll(CALL)].flatMap(({ index, 0: call }) => {
      const names = [...argumentsAt(text, index + call.length).matchAll(NAME)]
      return names.flatMap(([, , name]) => (name === undefined ? [] : [{ file, name }]))
    })
  })
}

/** To the parenthesis that closes the call. */
function argumentsAt(text: string, from: number): string {
  let depth = 1
  let at = from
  for (; depth > 0 && at < text.length; at++) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
  return text.slice(from, at - 1)
}
