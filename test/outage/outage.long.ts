import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

t.test('3,000 orders outlive an outage of WHMCS: exactly once, in order, and no attempt is burnt', async (t) => {
  const args = [main, '--orders', '3000', '--wait', '2', '--max-age', '3s']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  t.comment(stdout)
  t.match(stdout, /^exactly once +3,?000 of 3,?000; 3,?000 orders in WHMCS, 3,?000 completed$/m)
  t.match(stdout, /^attempts burnt +0 by the pause/m)
  t.match(stdout, /^status +provision stands still, WHMCS_/m)
  t.match(stdout, /^metrics +soapstone_stage_paused\{organization="[^"]+",step="provision"\} 1$/m)
})
