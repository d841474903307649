import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { COMPILED } from '../helpers/compiled.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

const env = { ...process.env, ...COMPILED }

/** Of all benches that need nothing but what is installed. Two processes, each with a Postgres, run them side by side. */
const TITLES: Record<string, RegExp[]>[] = [
  {
    ack: [
      /^ack: 1 notification a message, 16/,
      /^ack: 1 notification a message, 64/,
      /^ack: 100 notifications a message/,
    ],
    whole: [/^whole: .* 5 ms an answer/, /^whole: Salesforce API calls/],
    parse: [/^parse: µs a message/, /^parse: the dearest bodies/],
    portal: [/^portal: 500 orders of 3,000/],
    watchers: [/^watchers: 1 notification a message/],
    events: [/^events: 300 that wait/],
  },
  {
    drain: [/^drain: 200 notifications/, /^latency: from the commit/],
    processes: [/^processes: 400 that wait/, /^processes: Acks/],
    scale: [/^scale: ms on an empty ledger, and with 2,000 ended/, /^scale: size on disk, 2,000 notifications/],
    memory: [/^memory: serve, resident/, /^memory: from the start of serve/],
    soak: [/^soak: .* nobody holds a snapshot/, /^soak: .* a reader holds a snapshot/],
    'events-soak': [/^events-soak: .* 50 events a second/],
  },
]

for (const { titles, names, exited, output } of TITLES.map(run)) {
  test(`bench ${names.join(', ')} run from end to end and print their tables`, async (t) => {
    t.same(await exited, [0, null], 'it ends well')
    const found = Array.from((await output).matchAll(/^### (.*)$/gm), ([, title]) => title)
    for (const title of titles) t.match(found.shift(), title)
    t.same(found, [], 'and nothing else')
    t.notMatch(await output, /NaN/, 'every figure is one')
  })
}

function run(benches: Record<string, RegExp[]>) {
  const names = Object.keys(benches)
  const child = spawn(process.execPath, [main, ...names, '--smoke'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  return { names, titles: Object.values(benches).flat(), exited: once(child, 'exit'), output: text(child.stdout) }
}
