/** What `npm start` runs: `node <flags> <file> serve`. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../../', import.meta.url))
const manifest: { scripts: { start: string } } = JSON.parse(readFileSync(`${project}package.json`, 'utf8'))
const parts = manifest.scripts.start.split(' ').slice(1)

/** They keep V8's heap small, at the expense of bulk messages: memory/ measures what for. */
export const NODE_FLAGS = parts.filter((part) => part.startsWith('--'))
/** File and verb. */
export const SERVE = parts.filter((part) => !part.startsWith('--')).map((part) => part.replace(/^src/, `${project}src`))
