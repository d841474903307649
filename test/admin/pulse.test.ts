import t from 'tap'
import { type Change, createPulse, type Signs } from '../../src/admin/pulse.ts'
import { until } from '../helpers/until.ts'

const SIGNS: Signs = { received: '1', ended: '1', acts: '1', pauses: undefined }

t.test('createPulse tells all who watch what has changed, as one thing, and after how long to ask again', async (t) => {
  let signs = SIGNS
  let reads = 0
  const pulse = createPulse({
    everyMs: 1,
    async read() {
      reads += 1
      return signs
    },
  })
  t.teardown(pulse.close)
  const told: Change[][] = [[], [], []]
  for (const mine of told) pulse.watch((change) => mine.push(change))
  await until(() => reads > 1, 'it has looked')
  t.same(told, [[], [], []], 'nothing has changed')
  signs = { ...SIGNS, ended: '2', pauses: 'x' }
  await until(() => told.every((mine) => mine.length > 0), 'all were told')
  t.match(told[0], [{ changed: ['ended', 'pauses'], refreshMs: 300 }])
  t.equal(told[0]?.[0], told[2]?.[0], 'the same object: it is written down once')
})
