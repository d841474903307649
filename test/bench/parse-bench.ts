/** The bench of parsing as one of several: run as it is, in a process of its own, where nothing else has warmed up. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Bench } from './bench.ts'
import { toParcel } from './child.ts'
import type { Row, Table } from './table.ts'

const SMALL = ['--rounds', '1', '--mib', '1', '--warm-up', '1']

export const parse: Bench = async ({ rounds, size, say }) => {
  say('parse')
  const script = fileURLToPath(new URL('./parse.ts', import.meta.url))
  const more = size === 'smoke' ? SMALL : ['--rounds', String(rounds)]
  const child = spawn(process.execPath, [script, '--json', ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const output = await text(child.stdout)
  const [code] = await exited
  if (code !== 0) throw new Error(`parse ended with ${code}`)
  const { messages, worst } = toParcel(JSON.parse(output))
  return [
    table('parse: µs a message, one thread', messages, ['message', 'parser']),
    table('parse: the dearest bodies', worst, ['body']),
  ]
}

function table(title: string, found: unknown, names: string[]): Table {
  const rows = (Array.isArray(found) ? found : []).map(toParcel).map((row): Row => {
    const cells = Object.entries(row).filter(([column]) => !names.includes(column))
    return {
      name: names.map((name) => String(row[name])).join(': '),
      cells: Object.fromEntries(cells.map(([column, value]) => [column, String(value)])),
    }
  })
  return { title, rows, notes: [] }
}
