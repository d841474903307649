/** The settings of TLS and client certificates, each alone and together. */
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read.ts'
import { expiries } from '../../src/config/transport.ts'
import { readCertificates } from '../../src/runtime/certificates.ts'
import { AUTHORITY, certificates } from '../helpers/certificates.ts'

const REQUIRED = {
  DATABASE_URL: 'postgres://ledger.example/soapstone',
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com/',
  SALESFORCE_CLIENT_ID: 'id',
  SALESFORCE_CLIENT_SECRET: 'oauth-secret',
  WHMCS_URL: 'https://billing.example.com/whmcs/',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'whmcs-secret',
}
const problemsOf = (more: Record<string, string>) => readConfig({ ...REQUIRED, ...more }).problems

function files(t: Test) {
  const { identity, file } = certificates(t)
  const root = identity({ subject: 'CN=Root', extensions: AUTHORITY, days: 90 })
  const own = identity({ subject: 'CN=soapstone.test', signer: root, days: 90 })
  const pair = { TLS_CERT_FILE: own.certFile, TLS_KEY_FILE: own.keyFile }
  const clients = { TLS_CLIENT_CA_FILE: root.certFile, TLS_CLIENT_NAMES: 'sender.test' }
  const behind = { TLS_CLIENT_HEADER: 'X-Client-Cert', TRUST_PROXY: '127.0.0.1' }
  return { identity, file, root, own, pair, clients, behind }
}

t.test('readConfig takes a certificate with its key, and client certificates with it or behind a proxy', async (t) => {
  const { file, root, own, pair, clients, behind } = files(t)
  const chain = { ...pair, TLS_CERT_FILE: file('chain', `some words\n${own.cert}\n${root.cert}`) }
  for (const good of [
    pair,
    chain,
    { ...pair, ...clients },
    { ...clients, ...behind },
    { ...pair, ...clients, ...behind },
  ]) {
    const { problems, warnings, config } = readConfig({ ...REQUIRED, ...good })
    t.same([...problems, ...warnings], [])
    t.equal(config?.TLS_CERT_FILE?.file, 'TLS_CERT_FILE' in good ? good.TLS_CERT_FILE : undefined)
  }
  const { config } = readConfig({
    ...REQUIRED,
    ...pair,
    ...clients,
    TLS_CLIENT_NAMES: ' a.test, Salesforce.com Client',
  })
  t.same(config?.TLS_CLIENT_NAMES, ['a.test', 'Salesforce.com Client'])
})

t.test('readConfig finds what means nothing without another setting', async (t) => {
  const { root, own, pair, clients, behind } = files(t)
  const together: [Record<string, string>, RegExp][] = [
    [{ TLS_CERT_FILE: own.certFile }, /^TLS_CERT_FILE and TLS_KEY_FILE go together$/],
    [{ TLS_KEY_FILE: own.keyFile }, /^TLS_CERT_FILE and TLS_KEY_FILE go together$/],
    [{ ...pair, TLS_KEY_FILE: root.keyFile }, /^TLS_KEY_FILE \(.*\) is not the key of the first certificate/],
    [{ ...pair, TLS_CLIENT_CA_FILE: root.certFile }, /^TLS_CLIENT_CA_FILE and TLS_CLIENT_NAMES go together/],
    [{ ...pair, TLS_CLIENT_NAMES: 'sender.test' }, /^TLS_CLIENT_CA_FILE and TLS_CLIENT_NAMES go together/],
    [clients, /^TLS_CLIENT_CA_FILE is set, but nobody can show a certificate/],
    [{ ...clients, TLS_CLIENT_HEADER: 'x' }, /^TLS_CLIENT_HEADER is set without TRUST_PROXY/],
    [behind, /^TLS_CLIENT_HEADER is set without TLS_CLIENT_CA_FILE/],
  ]
  for (const [settings, problem] of together) {
    const problems = problemsOf(settings)
    t.match(problems, [problem])
    t.equal(problems.length, 1, 'and nothing else')
  }
})

t.test('readConfig says what is wrong with a file or a name, once', async (t) => {
  const { file, own, pair, clients } = files(t)
  const wrong: [Record<string, string>, RegExp][] = [
    [{ ...pair, TLS_CERT_FILE: '/no/such' }, /^TLS_CERT_FILE can't be read: \/no\/such: there is none$/],
    [{ ...pair, TLS_CERT_FILE: own.keyFile }, /^TLS_CERT_FILE \(.*\) holds no certificate in PEM/],
    [
      { ...pair, TLS_CERT_FILE: file('damaged', `${own.cert}${own.cert.replace('MII', 'MIA')}`) },
      /^TLS_CERT_FILE \(.*\) holds a certificate that is damaged: number 2 of 2$/,
    ],
    [
      { ...pair, TLS_KEY_FILE: own.certFile },
      /^TLS_KEY_FILE \(.*\) holds a certificate: name the file of the private key/,
    ],
    [{ ...pair, ...clients, TLS_CLIENT_CA_FILE: file('empty', '') }, /^TLS_CLIENT_CA_FILE \(.*\) holds no certificate/],
    [{ ...pair, ...clients, TLS_CLIENT_NAMES: 'a.test,' }, /^TLS_CLIENT_NAMES has an entry that is no name: ''$/],
    [
      { ...pair, ...clients, TLS_CLIENT_NAMES: '*.test' },
      /^TLS_CLIENT_NAMES has an entry that is no name: '\*\.test'$/,
    ],
    [{ ...pair, ...clients, TLS_CLIENT_NAMES: '.test' }, /^TLS_CLIENT_NAMES has an entry/],
    [{ ...pair, ...clients, TLS_CLIENT_HEADER: 'X Client' }, /^TLS_CLIENT_HEADER is not the name of a header$/],
  ]
  for (const [settings, problem] of wrong) {
    const problems = problemsOf(settings)
    t.match(problems, [problem])
    t.equal(problems.length, 1, 'and nothing else')
    t.notMatch(problems.join(''), /PRIVATE KEY-----\n/)
  }
})

t.test('expiries tells of certificates that are over or soon will be', async (t) => {
  const { identity } = certificates(t)
  const cert = identity({ subject: 'O=Acme/CN=soapstone.test', days: 30 })
  const read = { file: 'x', certificates: readCertificates(cert.cert) }
  const after = (days: number) =>
    expiries({ TLS_CERT_FILE: read, TLS_CLIENT_CA_FILE: read }, new Date(Date.now() + days * 86_400_000))
  t.same(after(0), [])
  t.match(after(28.5), [
    /^the certificate of O=Acme, CN=soapstone\.test in TLS_CERT_FILE expires in 1 day \(/,
    /in TLS_CLIENT_CA_FILE expires in 1 day /,
  ])
  t.match(after(31), [/has expired/, /has expired/])
})
