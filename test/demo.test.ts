import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { COMPILED } from './helpers/compiled.ts'
import { until } from './helpers/until.ts'

const demo = fileURLToPath(new URL('./demo.ts', import.meta.url))

/** Runs in a folder and on a port of its own, so that demos don't meet. */
function run(folder: string, args: string[]) {
  const child = spawn(process.execPath, [demo, '--folder', folder, '--port', '0', ...args], {
    env: { ...process.env, ...COMPILED },
    stdio: 'pipe',
  })
  const said = text(child.stdout)
  return { child, said, exit: once(child, 'exit') }
}

t.test('npm run demo -- --once shows the whole job and ends with 0', async (t) => {
  const folder = t.testdir()
  const { said, exit } = run(folder, ['--once'])
  const [code] = await exit
  const shown = await said
  if (code !== 0) t.comment(shown)
  t.equal(code, 0, 'exit code')
  t.match(shown, '7 messages with 106 notifications')
  t.match(shown, '7 of 7 messages')
  t.match(shown, '105 notifications: 104 completed, 1 dead')
  t.match(shown, '104 orders, none of them double')
  t.match(shown, 'found and adopted; AddOrder was sent once')
  t.match(shown, 'PRODUCT_UNMAPPED')
  t.match(shown, 'As promised: 105 orders approved')
  t.notOk(await isRunning(folder), 'its Postgres is stopped')
})

t.test('npm run demo stopped by a signal while it starts leaves nothing running', async (t) => {
  const folder = t.testdir()
  const { child, said, exit } = run(folder, [])
  await until(() => readFile(join(folder, 'serve.log')).catch(() => undefined), 'the service is started')
  child.kill('SIGINT')
  // As npm does: the terminal has sent it already.
  child.kill('SIGINT')
  const [code] = await exit
  t.equal(code, 130)
  t.match(await said, 'nothing of the demo is running any more')
  t.notOk(await isRunning(folder), 'its Postgres is stopped')
})

t.test('npm run demo refuses to wipe a folder that is not a demo', async (t) => {
  const folder = t.testdir({ 'thesis.txt': 'years of work' })
  const { said, exit } = run(folder, ['--once'])
  const [code] = await exit
  t.equal(code, 1)
  t.match(await said, 'it is not the folder of a demo')
  t.equal(await readFile(join(folder, 'thesis.txt'), 'utf8'), 'years of work')
})

/** Postgres removes its pid file when it stops. */
async function isRunning(folder: string): Promise<boolean> {
  return readFile(join(folder, 'data', 'postmaster.pid')).then(
    () => true,
    () => false,
  )
}
