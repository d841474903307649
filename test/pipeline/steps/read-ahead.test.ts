import t from 'tap'
import { createReadAhead } from '../../../src/pipeline/steps/read-ahead.ts'

const mayRead = (wanted: number, waiting: number, readBefore = 0) =>
  createReadAhead({ most: 100, waiting: async () => waiting, readBefore: async () => readBefore })(wanted)

t.test('read-ahead lets callback read until enough orders wait at provision', async (t) => {
  t.equal(await mayRead(40, 0), 40)
  t.equal(await mayRead(40, 70), 30)
  t.equal(await mayRead(40, 100), 0)
  t.equal(await mayRead(40, 130), 0)
})

t.test('read-ahead always lets orders be read again', async (t) => {
  t.equal(await mayRead(40, 130, 3), 3)
  t.equal(await mayRead(40, 90, 3), 10)
  t.equal(await mayRead(40, 90, 25), 25)
})
