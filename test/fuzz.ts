/** npm run fuzz -- --minutes N --seed S: broken messages until something breaks that should not. */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz/run.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
})
const print = (line: string) => void process.stdout.write(`${line}\n`)
const finding = await fuzz({ milliseconds: Number(values.minutes) * 60_000, seed: Number(values.seed), print })
if (finding) process.exitCode = 1
