/**
 * Reads a .env file. Node's own reader cuts a value at a `#` and skips lines that it does not understand, both without a
 * word: a password is then another one. Here every such line is a problem.
 */
import { readFileSync } from 'node:fs'
import { reasonOf } from './files.ts'

export interface EnvFile {
  variables: Record<string, string>
  /** Each a sentence that names file and line. */
  problems: string[]
}

/** The variables of the file; none where there is no file. */
export function readEnvFile(path: string): EnvFile {
  try {
    return parseEnvFile(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)), path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { variables: {}, problems: [] }
    const why = error instanceof TypeError ? `${path}: it is not UTF-8 text` : reasonOf(error, path)
    return { variables: {}, problems: [`the settings can't be read: ${why}`] }
  }
}

const START = /^(?:export\s+)?([A-Za-z_]\w*)\s*=[ \t]*/
/** To the closing quote, over several lines if need be. */
const QUOTED = /^(["'`])([\s\S]*?)\1[ \t]*(#[^\n]*|(?=\n|$))/

/** `name` is how the file is called in the problems. */
export function parseEnvFile(text: string, name: string): EnvFile {
  const variables: Record<string, string> = {}
  const problems: string[] = []
  // Windows' line ends, and the mark that its editors write at the beginning (the decoder may have taken it already).
  const whole = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  let at = 0
  while (at < whole.length) {
    const end = endOfLine(whole, at)
    const problem = (what: string) => problems.push(`${name}, line ${whole.slice(0, at).split('\n').length}: ${what}`)
    const line = whole.slice(at, end)
    const first = at + (line.length - line.trimStart().length)
    const [start, key] = START.exec(whole.slice(first, end)) ?? []
    let next = end
    if (start !== undefined && key !== undefined) {
      const rest = whole.slice(first + start.length)
      const [quoted, quote, inner = ''] = QUOTED.exec(rest) ?? []
      const plain = whole.slice(first + start.length, end).trim()
      if (Object.hasOwn(variables, key)) problem(`${key} is set a second time`)
      if (quoted !== undefined) {
        variables[key] = quote === '"' ? inner.replaceAll('\\n', '\n') : inner
        next = first + start.length + quoted.length
      } else if (/^["'`]/.test(plain)) problem(`the quotes of ${key} are not closed, or something follows them`)
      else if (/(?:^|\s)#/.test(plain))
        problem(`${key} holds a #: put the value in quotes, or the comment on a line of its own`)
      else variables[key] = plain
    } else if (line.trim() !== '' && !line.trimStart().startsWith('#')) problem('is not NAME=value')
    at = next + 1
  }
  return { variables, problems }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end === -1 ? text.length : end
}
