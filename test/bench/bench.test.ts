import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { createSamples, print, quantile, spread } from './table.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Dozens of processes start, each with much the same code: what it compiles to is kept. */
const env = { ...process.env, NODE_COMPILE_CACHE: fileURLToPath(new URL('../../.soapstone/compiled', import.meta.url)) }

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
  },
  {
    drain: [/^drain: 200 notifications/, /^latency: from the commit/],
    processes: [/^processes: 400 that wait/, /^processes: Acks/],
    scale: [/^scale: ms on an empty ledger, and with 2,000 ended/, /^scale: size on disk, 2,000 notifications/],
    memory: [/^memory: serve, resident/, /^memory: from the start of serve/],
    soak: [/^soak: .* nobody holds a snapshot/, /^soak: .* a reader holds a snapshot/],
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

test('bench refuses a name that it does not know, and says which there are', async (t) => {
  const child = spawn(process.execPath, [main, 'akc'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaint = await text(child.stderr)
  t.match(complaint, /no bench akc; there are ack, drain, whole, parse, processes, pgbouncer, scale, memory, soak/)
})

test('spread takes the median, and the ends from whatever order they come in', async (t) => {
  t.same(spread([5, 1, 9]), { median: 5, low: 1, high: 9 })
  t.same(spread([4, 1, 9, 6]), { median: 5, low: 1, high: 9 })
  t.equal(quantile([1, 2, 3, 4], 0.99), 4)
})

test('createSamples compares the medians with ours and print writes them as Markdown', async (t) => {
  const samples = createSamples()
  for (const figure of [900, 1_000, 1_100]) samples.add('ours', { 'messages/s': figure })
  samples.add('theirs', { 'messages/s': 500 })
  const table = samples.table({ title: 'both', ratio: { column: 'messages/s', ours: 'ours' }, notes: ['a note'] })
  t.equal(
    print(table),
    [
      '### both',
      '',
      '|        |         messages/s | to ours |',
      '|--------|-------------------:|--------:|',
      '| ours   | 1,000 (900..1,100) |  1.00 x |',
      '| theirs |                500 |  0.50 x |',
      '',
      '- a note',
      '',
    ].join('\n'),
  )
})
