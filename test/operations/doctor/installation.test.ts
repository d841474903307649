import t from 'tap'
import type { Check, Finding } from '../../../src/operations/doctor/check.ts'
import {
  type AddressPort,
  addressChecks,
  type InstallationPort,
  installationChecks,
} from '../../../src/operations/doctor/installation.ts'

const WELL: InstallationPort = {
  problems: [],
  warnings: [],
  node: { version: '24.21.0', needed: '22.15 or newer', fits: true },
  secretFiles: () => [{ setting: '.env', path: '.env', mode: 0o100600 }],
  fileLimit: () => ({ limit: 65_536, needed: 1_100 }),
  memory: () => ({ wantedMiB: 32, fitsMiB: 32 }),
}
const SEEN: AddressPort = {
  publicUrl: 'https://soapstone.example.com',
  restricted: false,
  contract: async () => ({ url: 'https://soapstone.example.com/x?wsdl', status: 200, isContract: true }),
  certificate: async () => ({ trusted: true, daysLeft: 60 }),
  probe: async () => ({ result: 'as-expected', detail: '', url: 'http://127.0.0.1:8080/x' }),
}

async function find(checks: Check[]): Promise<(Finding & { id: string })[]> {
  return Promise.all(checks.map(async ({ id, run }) => ({ id, ...(await run()) })))
}

t.test('installationChecks and addressChecks find nothing wrong where all is well', async (t) => {
  const found = await find([...installationChecks(WELL), ...addressChecks(SEEN)])
  t.same(
    found.filter(({ result }) => result !== 'ok'),
    [],
  )
  t.equal(found.length, 9)
})

t.test('addressChecks finds nothing wrong with a door that refuses us, where it is meant to', async (t) => {
  const refusing: Partial<AddressPort> = {
    contract: async () => ({ url: 'https://x/y?wsdl', status: 403, isContract: false }),
    probe: async () => ({ result: 'refused', detail: 'not accepted here', url: 'http://x' }),
  }
  const resultsOf = async (restricted: boolean) =>
    (await find(addressChecks({ ...SEEN, ...refusing, restricted }))).map(({ id, result }) => [id, result])
  t.same(await resultsOf(true), [
    ['installation.public-url', 'ok'],
    ['installation.tls', 'ok'],
    ['installation.round-trip', 'ok'],
  ])
  t.match(await resultsOf(false), [
    ['installation.public-url', 'fail'],
    ['installation.tls', 'ok'],
    ['installation.round-trip', 'fail'],
  ])
})

const file = (mode: number) => ({ secretFiles: () => [{ setting: 'TLS_KEY_FILE', path: '/etc/key.pem', mode }] })
const CASES: [string, Partial<InstallationPort & AddressPort>, string, 'warn' | 'fail', RegExp][] = [
  ['settings with problems', { problems: ['PORT is odd'] }, 'settings', 'fail', /PORT is odd/],
  ['an address without a key', { warnings: ['OUTBOUND_MESSAGE_KEY is unset'] }, 'keys', 'warn', /is unset/],
  [
    'a secret for all to read',
    file(0o100644),
    'secret-files',
    'fail',
    /everybody .* may read or change \/etc\/key\.pem \(TLS_KEY_FILE\)/,
  ],
  ['a secret for a group to change', file(0o100660), 'secret-files', 'warn', /its group may change/],
  ['an old Node', { node: { ...WELL.node, version: '20.1.0', fits: false } }, 'node', 'fail', /Node 20\.1\.0/],
  ['few files', { fileLimit: () => ({ limit: 256, needed: 1_100 }) }, 'file-limit', 'warn', /256 open files/],
  ['little memory', { memory: () => ({ wantedMiB: 512, fitsMiB: 60 }) }, 'memory', 'warn', /only 60 MiB fit/],
  [
    'an address that nobody reaches',
    { contract: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) },
    'public-url',
    'fail',
    /can't be reached from here: getaddrinfo ENOTFOUND/,
  ],
  [
    'a redirect',
    { contract: async () => ({ url: 'https://x', status: 301, isContract: false }) },
    'public-url',
    'fail',
    /HTTP 301/,
  ],
  [
    'a page in the place of the contract',
    { contract: async () => ({ url: 'https://x', status: 200, isContract: false }) },
    'public-url',
    'fail',
    /no contract/,
  ],
  [
    'a chain that is not whole',
    { certificate: async () => ({ trusted: false, reason: 'unable to verify the first certificate', daysLeft: 60 }) },
    'tls',
    'fail',
    /not trusted: unable to verify/,
  ],
  [
    'a certificate about to end',
    { certificate: async () => ({ trusted: true, daysLeft: 2 }) },
    'tls',
    'fail',
    /2 days/,
  ],
  ['a certificate to renew', { certificate: async () => ({ trusted: true, daysLeft: 14 }) }, 'tls', 'warn', /14 days/],
  [
    'an address without TLS',
    { certificate: () => Promise.reject(new Error('connect ECONNREFUSED')) },
    'tls',
    'fail',
    /no certificate is to be had at https:.*: connect ECONNREFUSED/,
  ],
  ['an address in clear', { publicUrl: 'http://x', certificate: async () => undefined }, 'tls', 'warn', /not https/],
  [
    'somebody else at the port',
    { probe: async () => ({ result: 'other', detail: 'HTTP 404', url: 'http://x' }) },
    'round-trip',
    'fail',
    /answers otherwise/,
  ],
  [
    'nobody at the port',
    { probe: async () => ({ result: 'no-connection', detail: 'ECONNREFUSED', url: 'http://x' }) },
    'round-trip',
    'warn',
    /nobody answers/,
  ],
]

for (const [what, changes, name, result, detail] of CASES) {
  t.test(`the checks of the installation notice ${what}`, async (t) => {
    const found = await find([
      ...installationChecks({ ...WELL, ...changes }),
      ...addressChecks({ ...SEEN, ...changes }),
    ])
    const wrong = found.filter((one) => one.result !== 'ok')
    t.same(
      wrong.map(({ id, result }) => ({ id, result })),
      [{ id: `installation.${name}`, result }],
    )
    t.match(wrong[0]?.detail, detail)
    t.match(wrong[0]?.remedy, /^[a-zA-Z].{10,}\.$/)
  })
}

t.test('addressChecks looks at no public address where none is set', async (t) => {
  const found = await find(addressChecks({ ...SEEN, publicUrl: undefined, certificate: async () => undefined }))
  t.match(found, [
    { id: 'installation.public-url', result: 'warn', remedy: /PUBLIC_URL/ },
    { id: 'installation.tls', result: 'warn', remedy: /PUBLIC_URL/ },
    { id: 'installation.round-trip', result: 'ok' },
  ])
})
