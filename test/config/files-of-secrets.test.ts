import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { filesOfSecrets } from '../../src/config/files-of-secrets.ts'

function organizationsFile(organizations: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'organizations-')), 'organizations.json')
  writeFileSync(path, typeof organizations === 'string' ? organizations : JSON.stringify({ organizations }))
  return path
}

t.test('filesOfSecrets knows .env, the files of secrets and the private keys', async (t) => {
  const environment = { WHMCS_SECRET_FILE: '/run/whmcs', TLS_KEY_FILE: '/etc/key.pem', TLS_CERT_FILE: '/etc/cert.pem' }
  t.same(filesOfSecrets(environment, { WHMCS_SECRET_FILE: '/other', SESSION_KEY_FILE: '/run/key', PORT: '1' }), [
    { setting: '.env', path: '.env' },
    { setting: 'WHMCS_SECRET_FILE', path: '/run/whmcs' },
    { setting: 'SESSION_KEY_FILE', path: '/run/key' },
    { setting: 'TLS_KEY_FILE', path: '/etc/key.pem' },
  ])
  t.same(filesOfSecrets({}, {}), [])
})

t.test('filesOfSecrets knows those that the file of several organisations names', async (t) => {
  const path = organizationsFile([
    {
      name: 'acme',
      jwtKeyFile: '/run/acme.pem',
      mappingFile: '/etc/mapping.json',
      webhookSecretFile: '/run/acme-webhook',
      whmcs: { secretFile: '/run/acme-whmcs', accessKeyEnv: 'ACME_KEY' },
    },
    { clientSecretFile: '/run/second', clientId: 'consumer' },
  ])
  t.same(filesOfSecrets({ ACME_KEY: 'key' }, { ORGANIZATIONS_FILE: path }).slice(1), [
    { setting: 'ORGANIZATIONS_FILE acme: jwtKeyFile', path: '/run/acme.pem' },
    { setting: 'ORGANIZATIONS_FILE acme: webhookSecretFile', path: '/run/acme-webhook' },
    { setting: 'ORGANIZATIONS_FILE acme: whmcs.secretFile', path: '/run/acme-whmcs' },
    { setting: 'ORGANIZATIONS_FILE organizations[1]: clientSecretFile', path: '/run/second' },
  ])
  t.same(filesOfSecrets({ ORGANIZATIONS_FILE: organizationsFile('{') }, {}), [], 'and a broken one names none')
})
