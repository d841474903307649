import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { test } from 'tap'
import { createSamples, print, quantile, spread } from './table.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

const TITLES = {
  ack: [/ack: 1 notification a message, 16/, /ack: 1 notification a message, 64/, /ack: 100 notifications a message/],
  drain: [/drain: 200 notifications/, /latency: from the commit/],
  whole: [/whole: .* 0 ms an answer/, /whole: .* 50 ms an answer/, /whole: Salesforce API calls/],
  parse: [/parse: µs a message/, /parse: the dearest bodies/],
}

for (const [name, titles] of Object.entries(TITLES)) {
  test(`bench ${name} runs from end to end and prints its tables`, async (t) => {
    const child = spawn(process.execPath, [main, name, '--smoke'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    const output = await text(child.stdout)
    t.same(await exited, [0, null], 'it ends well')
    for (const title of titles) t.match(output, title)
    t.equal(output.match(/^### /gm)?.length, titles.length, 'and nothing else')
    t.notMatch(output, /NaN/, 'every figure is one')
  })
}

test('bench refuses a name that it does not know, and says which there are', async (t) => {
  const child = spawn(process.execPath, [main, 'akc'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaint = await text(child.stderr)
  t.match(complaint, /no bench akc; there are ack, drain, whole, parse/)
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
