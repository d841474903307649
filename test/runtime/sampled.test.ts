import t from 'tap'
import { createSampledLog } from '../../src/runtime/sampled.ts'
import { until } from '../helpers/until.ts'

t.test('createSampledLog writes the first lines of each message, and the number of the others', async (t) => {
  const lines: { level: string; object: object; message: string }[] = []
  const write = (level: string) => (object: object, message: string) => void lines.push({ level, object, message })
  const log = { info: write('info'), warn: write('warn'), error: write('error') }
  const sampled = createSampledLog(log, { most: 3, windowMs: 20 })
  for (let n = 1; n <= 50; n++) sampled.warn({ n }, 'message.refused')
  sampled.error({ n: 1 }, 'message.overloaded')
  t.match(lines, [
    { level: 'warn', object: { n: 1 }, message: 'message.refused' },
    { level: 'warn', object: { n: 2 } },
    { level: 'warn', object: { n: 3 } },
    { level: 'error', object: { n: 1 }, message: 'message.overloaded' },
  ])
  t.equal(lines.length, 4)
  await until(() => lines.length > 4, 'the end of the window')
  t.same(lines[4], { level: 'warn', object: { suppressed: 47, seconds: 0.02 }, message: 'message.refused' })
  sampled.warn({ n: 51 }, 'message.refused')
  t.same(lines[5]?.object, { n: 51 }, 'another window, another sample')
  t.equal(lines.length, 6, 'what was not suppressed is not summed up')
})
