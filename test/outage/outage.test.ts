import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

// Half a minute; several where the machine is busy.
t.setTimeout(300_000)

t.test('300 orders outlive an outage of WHMCS: exactly once, in order, and no attempt is burnt', async (t) => {
  const args = [main, '--orders', '300', '--wait', '2', '--max-age', '3s']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  t.comment(stdout)
  t.match(stdout, /^exactly once +300 of 300; 300 orders in WHMCS, 300 completed$/m)
  t.match(stdout, /^attempts burnt +0 by the pause/m)
  t.match(stdout, /^status +provision stands still, WHMCS_/m)
  t.match(stdout, /^metrics +soapstone_stage_paused\{step="provision"\} 1$/m)
})
