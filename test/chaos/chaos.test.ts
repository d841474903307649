import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { COMPILED } from '../helpers/compiled.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

// Of this seed: a kill, a Postgres whose plug is pulled, a clock that jumps, lost and wrong answers.
t.test('soapstone keeps its promise through a round of chaos', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seed', 'ci', '--rounds', '1'], {
    env: { ...process.env, ...COMPILED },
  })
  t.comment(stdout)
  t.match(stdout, /^seed ci: 1 rounds$/m)
  t.match(stdout, /^ {2}acked-lost 0, doubled 0, stuck 0, untrue 0, broken 0$/m)
})
