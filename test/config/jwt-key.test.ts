/** The key of the JWT bearer flow, and where it logs in. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read.ts'

const REQUIRED = {
  DATABASE_URL: 'postgres://ledger.example/soapstone',
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com',
  WHMCS_URL: 'https://billing.example.com/whmcs',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'whmcs-secret',
}

function file(t: Test, name: string, text: string): string {
  const path = join(t.testdir(), name)
  writeFileSync(path, text)
  return path
}

t.test('readConfig says in words why a key file can not be used, and shows nothing of it', async (t) => {
  const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength })
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const long = rsa(2048)
  const cases: [string, string][] = [
    ['not-a-key-at-all', 'holds no private key in PEM'],
    [
      '-----BEGIN PRIVATE KEY-----\nbm90LWEta2V5\n-----END PRIVATE KEY-----\n',
      'holds a private key that is damaged or of a kind that is unknown',
    ],
    [
      `${long.publicKey.export({ type: 'spki', format: 'pem' })}`,
      'holds a public key: name the file of the private key',
    ],
    [`${rsa(1024).privateKey.export(pem)}`, 'is an RSA key of 1024 bits: it takes 2048 or more'],
    [
      `${generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem)}`,
      'is a key of type ec: Salesforce takes RSA keys only',
    ],
    [`${generateKeyPairSync('ed25519').privateKey.export(pem)}`, 'is a key of type ed25519'],
    [`${long.privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' })}`, 'is protected by a passphrase'],
    [
      `${long.privateKey.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })}`,
      'is protected by a passphrase',
    ],
  ]
  for (const [text, words] of cases) {
    const path = file(t, 'key.pem', text)
    const jwt = { SALESFORCE_JWT_KEY_FILE: path, SALESFORCE_JWT_USERNAME: 'x' }
    const [problem = ''] = readConfig({ ...REQUIRED, ...jwt }).problems
    t.match(problem, `SALESFORCE_JWT_KEY_FILE (${path}) ${words}`)
    for (const line of text.split('\n')) if (line.length > 8 && !line.startsWith('---')) t.notMatch(problem, line)
  }
})

t.test('readConfig takes the login host for a JWT', async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const path = file(t, 'key.pem', `${privateKey.export({ type: 'pkcs8', format: 'pem' })}`)
  const jwt = { SALESFORCE_CLIENT_ID: 'id', SALESFORCE_JWT_USERNAME: 'u', SALESFORCE_JWT_KEY_FILE: path }
  const { config, problems } = readConfig({ ...REQUIRED, ...jwt, SALESFORCE_LOGIN_URL: 'https://test.salesforce.com/' })
  t.same(problems, [])
  t.equal(config?.SALESFORCE_LOGIN_URL, 'https://test.salesforce.com')
})
