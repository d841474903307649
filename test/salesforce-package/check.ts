/**
 * npm run check:package: what Salesforce's own tools say of the package. They come with 120 MB, so they are installed for
 * this check alone, into .soapstone. The check of Apex needs Java 11 or newer, and is left out without it.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { installTools } from './install-tools.ts'

const java = spawnSync('java', ['-version']).status === 0
if (!java) process.stdout.write('no java: the Apex of the package is not checked\n')

const env = {
  ...process.env,
  SALESFORCE_TOOLS: await installTools(),
  // The tools replace example texts at a deploy only, unless they are told, and log into the home folder.
  SF_APPLY_REPLACEMENTS_ON_CONVERT: 'true',
  SF_DISABLE_LOG_FILE: 'true',
}
for (const file of ['conversion.long.ts', ...(java ? ['apex.long.ts'] : [])]) {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const [code] = await once(spawn(process.execPath, [path], { env, stdio: 'inherit' }), 'close')
  if (code !== 0) process.exitCode = 1
}
