/** What must be in no text that others see. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/config/read.ts'

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'hidden-')), 'file')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

const LIST = ['a'.repeat(64), 'b'.repeat(64)]

t.test('readConfig hides secrets, wherever they are written and however wrong the rest is', async (t) => {
  const { config, hidden } = readConfig({
    DATABASE_URL: 'postgres://someone:pass%20word@127.0.0.1/soapstone',
    WHMCS_SECRET_FILE: fileWith('in a file\n'),
    SF_WEBHOOK_SECRET: LIST.join(','),
    SALESFORCE_CLIENT_SECRET: 'written twice',
    SALESFORCE_CLIENT_SECRET_FILE: fileWith('the other'),
    PORT: '8080',
  })
  t.equal(config, undefined)
  const found = hidden()
  for (const secret of ['pass%20word', 'pass word', 'in a file', ...LIST, 'written twice']) t.ok(found.includes(secret))
  t.notOk(found.includes('8080'))
})

t.test(
  'readConfig hides the secrets of every organisation, and what is set beside a broken file of them',
  async (t) => {
    const one = (name: string) => ({ name, clientSecretEnv: `${name}_CLIENT`, webhookSecretEnv: `${name}_WEBHOOK` })
    const variables = { A_CLIENT: 'of the first', B_CLIENT: 'of the second', B_WEBHOOK: LIST.join(',') }
    const read = (file: string) =>
      readConfig({ ...variables, OUTBOUND_MESSAGE_KEY: 'beside-the-file', ORGANIZATIONS_FILE: fileWith(file) })
    const found = read(JSON.stringify({ organizations: [one('A'), one('B')] })).hidden()
    for (const secret of ['of the first', 'of the second', ...LIST, 'beside-the-file'])
      t.ok(found.includes(secret), secret)
    t.ok(read('{').hidden().includes('beside-the-file'))
  },
)
