import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { createSamples, print, quantile, spread } from './table.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

t.test('bench refuses a name that it does not know, and says which there are', async (t) => {
  const child = spawn(process.execPath, [main, 'akc'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const complaint = await text(child.stderr)
  t.match(
    complaint,
    /no bench akc; there are ack, drain, whole, parse, portal, watchers, notices, events, processes, pgbouncer, scale, memory, soak, events-soak/,
  )
})

t.test('spread takes the median, and the ends from whatever order they come in', async (t) => {
  t.same(spread([5, 1, 9]), { median: 5, low: 1, high: 9 })
  t.same(spread([4, 1, 9, 6]), { median: 5, low: 1, high: 9 })
  t.equal(quantile([1, 2, 3, 4], 0.99), 4)
})

t.test('createSamples compares the medians with ours and print writes them as Markdown', async (t) => {
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
