import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { COMPILED } from '../helpers/compiled.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

// Half a minute; several where the machine is busy.
t.setTimeout(300_000)

t.test('soapstone keeps its promise through three rounds of chaos', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seed', 'ci', '--rounds', '3'], {
    env: { ...process.env, ...COMPILED },
  })
  t.comment(stdout)
  t.match(stdout, /^seed ci: 3 rounds$/m)
  t.match(stdout, /^ {2}acked-lost 0, doubled 0, stuck 0, untrue 0, broken 0$/m)
})
