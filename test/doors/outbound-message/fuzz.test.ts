import t from 'tap'
import { fuzz } from '../../fuzz/run.ts'

t.test('readEnvelope, conform and the endpoint answer broken messages, whatever breaks', async (t) => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
  t.equal(
    await fuzz({ milliseconds: process.env.LONG ? 60_000 : 1_000, seed, print: (line) => t.comment(line) }),
    undefined,
  )
})
