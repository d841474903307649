import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import { readConfig } from '../../src/config/read.ts'
import { SETTINGS } from '../../src/config/settings.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')
const REQUIRED = {
  DATABASE_URL: 'postgres://ledger.example/soapstone',
  SALESFORCE_ORG_ID: '00DSs000000SOAP',
  SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com/',
  WHMCS_URL: 'https://billing.example.com/whmcs/',
  WHMCS_IDENTIFIER: 'identifier',
  WHMCS_SECRET: 'whmcs-secret',
}
const OAUTH = { SALESFORCE_CLIENT_ID: 'id', SALESFORCE_CLIENT_SECRET: 'oauth-secret' }
const problemsOf = (more: Record<string, string>) => readConfig({ ...REQUIRED, ...OAUTH, ...more }).problems

function file(t: Test, name: string, text: string): string {
  const path = join(t.testdir(), name)
  writeFileSync(path, text)
  return path
}

t.test('readConfig needs what is required and OAuth, and has a default for all else', async (t) => {
  const { config, problems } = readConfig({ ...REQUIRED, ...OAUTH })
  t.same(problems, [])
  t.match(config, {
    SALESFORCE_ORG_ID: '00DSs000000SOAPMA4',
    SALESFORCE_INSTANCE_URL: 'https://soapstone.my.salesforce.com',
    SALESFORCE_API_VERSION: '67.0',
    WHMCS_URL: 'https://billing.example.com/whmcs',
    HOST: '127.0.0.1',
    DATABASE_WAIT: 300_000,
    PORT: 8080,
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: 8081,
    RETRY_SCHEDULE: [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000],
    LEASE_SECONDS: 30,
    PROVISION_CONCURRENCY: 4,
    WHMCS_SETTLE_SECONDS: 300,
    ATTEMPT_DETAIL_DAYS: 30,
    RETENTION_DAYS: 400,
    WHMCS_PAYMENT_METHOD: 'mailin',
    oauth: { flow: 'client-credentials', clientId: 'id', clientSecret: 'oauth-secret' },
    mapping: DEFAULT_MAPPING,
  })
  t.ok(Object.isFrozen(config))
})

t.test('readConfig has the driver check a certificate without a warning, whatever the sslmode calls it', async (t) => {
  const url = (query: string) => `postgres://u:p%3Fsslmode=@h/x${query}`
  const read = (query: string) => readConfig({ ...REQUIRED, ...OAUTH, DATABASE_URL: url(query) }).config?.DATABASE_URL
  for (const mode of ['prefer', 'require', 'verify-ca']) {
    t.equal(read(`?sslmode=${mode}`), url('?sslmode=verify-full'))
    t.equal(read(`?a=b&sslmode=${mode}&c=d`), url('?a=b&sslmode=verify-full&c=d'))
    t.equal(read(`?uselibpqcompat=true&sslmode=${mode}`), url(`?uselibpqcompat=true&sslmode=${mode}`))
  }
  for (const mode of ['disable', 'no-verify', 'verify-full']) t.equal(read(`?sslmode=${mode}`), url(`?sslmode=${mode}`))
})

t.test('readConfig reports everything that is wrong at once', async (t) => {
  const { config, problems } = readConfig({ PORT: 'x', LEASE_SECONDS: '1', SESSION_KEY: 'short', RETRY_SCHEDULE: '5' })
  t.equal(config, undefined)
  const names = problems.map((problem) => problem.split(' ')[0])
  t.same(names.sort(), [...Object.keys(REQUIRED), 'LEASE_SECONDS', 'PORT', 'RETRY_SCHEDULE', 'SESSION_KEY'].sort())
})

t.test('readConfig says of every setting what is wrong with it', async (t) => {
  const wrong: [string, string, string][] = [
    ['MASKED_FIELDS', 'Email, a b', "has 'a b', which is not the name of a field"],
    ['PUBSUB_TOPICS', 'Order', "'Order' is not a topic such as /event/Name__e or /data/OrderChangeEvent"],
    ['PUBSUB_ENDPOINT', 'http://pubsub.example.com', 'must be TLS (http: only for loopback)'],
    ['PUBSUB_START', 'now', 'is none of latest, earliest'],
    ['DATABASE_URL', 'mysql://localhost/x', 'is not a URL of postgres: or postgresql:, nor the word embedded'],
    ['DATABASE_URL', 'Embedded', 'is not a URL of'],
    [
      'DATABASE_URL',
      'postgres://h/x?sslrootcert=/no/such/ca.pem',
      "names an sslrootcert that can't be read: /no/such/ca.pem: there is none",
    ],
    [
      'DATABASE_URL',
      `postgres://h/x?sslrootcert=${import.meta.filename}`,
      'names an sslrootcert that is no certificate in PEM: ',
    ],
    [
      'DATABASE_URL',
      `postgres://h/x?sslkey=${import.meta.filename}`,
      'names an sslkey that is no private key in PEM: ',
    ],
    ['DATABASE_URL', 'postgres://h/x?sslmode=verify_full', 'has the sslmode verify_full, which is none of disable, '],
    ['DATABASE_WAIT', '2d', 'is not from 0s to 1d'],
    ['DATABASE_URL', 'localhost', 'is not a URL of'],
    ['DATA_FOLDER', ' ', 'is blank'],
    ['DATA_FOLDER', import.meta.filename, `(${import.meta.filename}) is not a folder`],
    ['HOST', ' ', 'is blank'],
    ['PORT', '65536', 'is not a whole number from 0 to 65535'],
    ['PORT', '80.5', 'is not a whole number'],
    ['PORT', '-1', 'is not a whole number'],
    ['ADMIN_HOST', ' ', 'is blank'],
    ['ADMIN_PORT', '65536', 'is not a whole number from 0 to 65535'],
    ['ADMIN_PORT', 'off', 'is not a whole number'],
    ['SALESFORCE_ORG_ID', '005000000000001', 'is not an organisation id'],
    ['SALESFORCE_ORG_ID', '00D1', 'is not an organisation id'],
    ['SALESFORCE_INSTANCE_URL', 'http://soapstone.my.salesforce.com', 'must be https (http only for loopback)'],
    ['SALESFORCE_INSTANCE_URL', 'http://127.evil.example', 'must be https'],
    ['SALESFORCE_INSTANCE_URL', 'https://x.example/?a=1', 'must not have a query or a fragment'],
    ['SALESFORCE_INSTANCE_URL', 'ftp://x.example', 'is not a URL of https: or http:'],
    ['SALESFORCE_API_VERSION', '59.0', 'is not a version from 60.0'],
    ['SALESFORCE_API_VERSION', 'v67.0', 'is not a version from 60.0'],
    ['SALESFORCE_JWT_KEY_FILE', '/no/such/file', "can't be read: /no/such/file: there is none"],
    ['PUBLIC_URL', 'http://soapstone.example.com', 'must be https'],
    ['UNKNOWN_FIELDS', 'ignore', 'is none of report, refuse'],
    ['FOREIGN_ORGANIZATIONS', 'take', 'is none of refuse, record'],
    ['SALESFORCE_INSTANCE_URL', 'https://acme.lightning.force.com', 'is the address of a page'],
    [
      'SALESFORCE_INSTANCE_URL',
      'https://ACME--DEV.sandbox.Lightning.Force.com',
      'is the address of a page, not of the API: use https://acme--dev.sandbox.my.salesforce.com',
    ],
    [
      'SALESFORCE_INSTANCE_URL',
      'https://acme--c.vf.force.com',
      'is the address of a page, not of the API: use My Domain',
    ],
    ['SALESFORCE_INSTANCE_URL', 'https://acme.my.salesforce-setup.com', 'is the address of a page'],
    ['SALESFORCE_INSTANCE_URL', 'https://login.salesforce.com', 'is where users log in, not an organisation'],
    ['SALESFORCE_INSTANCE_URL', 'https://test.salesforce.com', 'is where users log in, not an organisation'],
    [
      'SALESFORCE_INSTANCE_URL',
      'https://acme.my.salesforce.com/services/Soap/u/67.0',
      'must be the host alone, without /services/Soap/u/67.0',
    ],
    ['SALESFORCE_LOGIN_URL', 'https://acme.lightning.force.com', 'is the address of a page'],
    [
      'SALESFORCE_LOGIN_URL',
      'https://login.salesforce.com/services/oauth2/token',
      'must be the host alone, without /services/oauth2/token',
    ],
    ['SALESFORCE_LOGIN_URL', 'https://login.salesforce.com', 'does not go with client credentials'],
    ['SALESFORCE_LOGIN_URL', 'https://TEST.salesforce.com/', 'does not go with client credentials'],
    ['WSDL_FOLDER', '/no/such/folder', "can't be read: /no/such/folder: there is none"],
    ['WSDL_FOLDER', import.meta.filename, `can't be read: ${import.meta.filename}: it is not a folder`],
    ['WSDL_FOLDER', import.meta.dirname, `(${import.meta.dirname}) holds no .wsdl file`],
    ['SF_WEBHOOK_SECRET', 'one,,two', 'has an empty secret between its commas'],
    ['WEBHOOK_TIMESTAMP_TOLERANCE', '5m', 'is not a whole number from 1 to 86400000'],
    ['PORTAL_LINK_SECRET', ' ', 'is blank'],
    ['PORTAL_ORIGINS', 'https://a.example,portal.example.com', "'portal.example.com' is not an origin such as"],
    ['PORTAL_ORIGINS', 'https://a.example/portal', "'https://a.example/portal' is not an origin"],
    ['PORTAL_ORIGINS', '*', "'*' is not an origin"],
    ['PORTAL_TEXTS_FILE', '/no/such/file', "can't be read: /no/such/file: there is none"],
    ['ORDERS_RATE_LIMIT', 'none', 'is not a whole number from 1 to 1000000'],
    ['OUTBOUND_MESSAGE_KEY', 'too-short', 'must be 16 or more characters of A-Z a-z 0-9 . _ ~ -'],
    ...[
      'with blanks and more',
      'plus+plus+plus+plus',
      'percent%20percent%20',
      'und&und&und&und&',
      'grüßegrüßegrüße!',
    ].map((key): [string, string, string] => ['OUTBOUND_MESSAGE_KEY', key, 'must be 16 or more characters']),
    [
      'WHMCS_URL',
      'https://billing.example.com/includes/api.php',
      'must be the address of the install, without /includes/api.php',
    ],
    [
      'WHMCS_URL',
      'https://billing.example.com/whmcs/clientarea.php',
      'must be the address of the install, without /clientarea.php',
    ],
    ['WHMCS_URL', 'https://billing.example.com/includes/', 'must be the address of the install, without /includes'],
    ['OUTBOUND_MESSAGE_IP_ALLOWLIST', ' , ', 'names no address'],
    ['OUTBOUND_MESSAGE_IP_ALLOWLIST', '192.0.2.1,all', 'has an entry that is no address and no network'],
    ['OUTBOUND_MESSAGE_IP_ALLOWLIST', '@/no/such/file', "can't be read: /no/such/file: there is none"],
    ['WEBHOOK_ALLOW_PRIVATE', 'yes', 'is none of true, false'],
    ['WEBHOOK_TIMEOUT', '2m', 'is not from 100ms to 30s'],
    ['NOTICE_DAYS', '0', 'is not a whole number from 1 to 3650'],
    ['ALERT_WEBHOOK', 'hooks.slack.com/x', 'is not a URL of https: or http:'],
    ['SECURITY_ALERT_WEBHOOK', 'https://a:b@hooks.example.com/', 'must not have a user or a password'],
    ['ALERT_WEBHOOK_SECRET', 'whsec_c2hvcnQ=', 'is not whsec_ and 16 to 64 bytes in base64'],
    ['ALERT_FORMAT', 'mail', 'is none of standard, slack, teams, pagerduty'],
    ['ALERT_WINDOW', '5s', 'is not from 10s to 1d'],
    ['ALERT_FAILURE_RATE', '10', 'is not a number above 0, up to 1, such as 0.1'],
    ['ALERT_FAILURE_RATE', '0', 'is not a number above 0'],
    ['ALERT_OLDEST', '0s', 'is not from 1s to 30d'],
    ['ALERT_DEAD_LETTERS', '0', 'is not a whole number from 1 to 1000000'],
    ['ALERT_SECURITY_BURST', '0', 'is not a whole number from 1 to 1000000'],
    ['ALERT_MESSAGES_REFUSED', '0', 'is not a whole number from 1 to 1000000'],
    ['ALERT_SALESFORCE_BUDGET', '10%', 'is not a number above 0'],
    ['ALERT_EXPIRY', '1m', 'is not from 1h to 365d'],
    ['ALERT_LEDGER_SIZE', '50GB', 'is not a whole number from 1 to 1000000'],
    ['ALERT_QUIET_HOURS', '22-6', 'is not two times of day such as 22:00-06:00'],
    ['ALERT_QUIET_HOURS', '25:00-06:00', 'is not two times of day'],
    ['ALERT_QUIET_HOURS', '22:00-06:00 Mars/Base', 'names no time zone: Mars/Base'],
    ['SF_WEBHOOK_IP_ALLOWLIST', '192.0.2.0/33', 'has an entry that is no address and no network'],
    ['TRUST_PROXY', 'true', 'has an entry that is no address and no network'],
    ['TRUST_PROXY', '1', 'has an entry that is no address and no network'],
    ['TRUST_PROXY', '127.0.0.1,0.0.0.0/0', 'believes everybody'],
    ['TRUST_PROXY', '::/0', 'believes everybody'],
    ['WHMCS_URL', 'http://billing.example.com', 'must be https'],
    ['WHMCS_URL', 'https://user:pass@billing.example.com', 'must not have a user or a password'],
    ['WHMCS_PAYMENT_METHOD', ' ', 'is blank'],
    ['WHMCS_INVOICES', 'yes', 'is none of none, create'],
    ['WHMCS_MAILS', 'false', 'is none of none, send'],
    ['WHMCS_AUTOSETUP', 'true', 'is none of run, leave'],
    ['WHMCS_MARKER', 'x', 'is none of '],
    ['WHMCS_SETTLE_SECONDS', '0', 'is not a whole number from 1 to 86400'],
    ['SESSION_KEY', 'c2hvcnQ=', 'is not 32 bytes in base64'],
    ['SESSION_KEY', `${KEY.slice(0, 20)} ${KEY.slice(20)}`, 'is not 32 bytes in base64'],
    ['SESSION_KEY', KEY.replace('=', ''), 'is not 32 bytes in base64'],
    ['SESSION_KEY', `${KEY}!`, 'is not 32 bytes in base64'],
    ['SESSION_KEY', Buffer.alloc(32, 0xff).toString('base64url'), 'is not 32 bytes in base64'],
    ['MAPPING_FILE', '/no/such/file', "can't be read: /no/such/file: there is none"],
    ['RETRY_SCHEDULE', '5s,soon', "'soon' is not a duration such as 500ms, 5s, 2m, 1h"],
    ['RETRY_SCHEDULE', '5s,', "'' is not a duration"],
    ['RETRY_SCHEDULE', '5s,8d', 'is not from 0ms to 7d'],
    ['RETRY_SCHEDULE', Array(51).fill('1s').join(','), 'has more than 50 durations'],
    ['BATCH_WAIT', '1', "'1' is not a duration"],
    ['BATCH_WAIT', '11m', 'is not from 0ms to 10m'],
    ['LEASE_SECONDS', '3601', 'is not a whole number from 2 to 3600'],
    ['PROVISION_CONCURRENCY', '65', 'is not a whole number from 1 to 64'],
    ['SALESFORCE_TIMEOUT', '30', "'30' is not a duration"],
    ['WHMCS_TIMEOUT', '-1s', "'-1s' is not a duration"],
    ['SALESFORCE_TIMEOUT', '0s', 'is not from 100ms to 10m'],
    ['WHMCS_TIMEOUT', '30d', 'is not from 100ms to 10m'],
    ['SNAPSHOT_MAX_AGE', '0s', 'is not from 1s to 7d'],
    ['SNAPSHOT_MAX_AGE', '15 m', "'15 m' is not a duration"],
    ['ATTEMPT_DETAIL_DAYS', '-1', 'is not a whole number'],
    ['ATTEMPT_DETAIL_DAYS', '3651', 'is not a whole number from 0 to 3650'],
    ['RETENTION_DAYS', '6', 'is not a whole number from 7 to 36500'],
    ['RETENTION_DAYS', '36501', 'is not a whole number from 7 to 36500'],
    ['RETENTION_DAYS', '30d', 'is not a whole number'],
    ['BODY_LIMIT', '513', 'is not a whole number from 1 to 512'],
    ['DRAIN_SECONDS', '601', 'is not a whole number from 0 to 600'],
    ['SWEEP_EVERY', 'never', "'never' is not a duration"],
    ['SWEEP_CONDITION', ' ', 'is blank'],
    ['CHECK_AT_START', 'yes', 'is none of off, on'],
    ['LOG_LEVEL', 'loud', 'is none of '],
    ['ADMIN_URL', 'http://soapstone.example.com', 'must be https'],
    ['OIDC_ISSUER', 'http://localhost:9000', 'must be https'],
    ['OIDC_CLIENT_ID', ' ', 'is blank'],
    ['OIDC_CLIENT_SECRET', ' ', 'is blank'],
    ['OIDC_SCOPES', 'support', "has 'support', which is not group=scope"],
    ['OIDC_SCOPES', 'portal=status', "gives portal the scope 'status', which is none of read, operate, admin"],
  ]
  for (const [name, value, text] of wrong) {
    const [problem] = problemsOf({ [name]: value }).filter((one) => one.startsWith(`${name} `))
    t.match(problem, `${name} ${text}`)
  }
  // These take any text but blanks.
  const free = ['SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET', 'SALESFORCE_JWT_USERNAME']
  for (const name of [...free, 'WHMCS_IDENTIFIER', 'WHMCS_SECRET', 'WHMCS_ACCESS_KEY']) {
    t.match(problemsOf({ [name]: ' ' }).join('\n'), `${name} is blank`)
  }
  // What they name has to be made first: see transport.test.ts.
  const tls = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE', 'TLS_CLIENT_NAMES', 'TLS_CLIENT_HEADER']
  const tried = new Set([
    ...tls,
    'ORGANIZATIONS_FILE',
    ...wrong.map(([name]) => name),
    ...free,
    'WHMCS_IDENTIFIER',
    'WHMCS_SECRET',
    'WHMCS_ACCESS_KEY',
  ])
  t.same(
    Object.keys(SETTINGS).filter((name) => !tried.has(name)),
    [],
    'every setting was tried',
  )
})

t.test(
  'readConfig takes an empty ADMIN_PORT for no private listener, and any other empty setting for unset',
  async (t) => {
    const empty = readConfig({ ...REQUIRED, ...OAUTH, ADMIN_PORT: '', PORT: '', HOST: '' }, { ADMIN_PORT: '9' })
    t.same(empty.problems, [])
    t.match(empty.config, { PORT: 8080, HOST: '127.0.0.1' })
    t.equal(empty.config?.ADMIN_PORT, undefined)
    t.match(
      empty.shown.find(({ name }) => name === 'ADMIN_PORT'),
      { value: '', source: 'environment' },
    )
    t.equal(
      readConfig({ ...REQUIRED, ...OAUTH }, { ADMIN_PORT: '' }).config?.ADMIN_PORT,
      undefined,
      'in a file as well',
    )
  },
)

t.test('readConfig knows the proxies of the environment by large names and small ones', async (t) => {
  const proxy = 'http://user:pass@proxy.local:3128'
  const around = { https_proxy: proxy, HTTP_PROXY: '', no_proxy: '.local', NO_PROXY: '.test' }
  const { config, problems, shown } = readConfig({ ...REQUIRED, ...OAUTH, ...around })
  t.same(problems, [])
  t.same(config?.proxies, { https: proxy, except: '.test' })
  t.notMatch(JSON.stringify(shown), 'pass@')
  const wrong = problemsOf({ HTTPS_PROXY: 'proxy.local:3128', http_proxy: 'socks5://user:pass@proxy.local' })
  t.same(wrong, ['HTTPS_PROXY is not a URL of http: or https:', 'HTTP_PROXY is not a URL of http: or https:'])
})

t.test('readConfig has nothing against what the environment says to other programs', async (t) => {
  const theirs = { NO_COLOR: '1', FTP_PROXY: 'http://proxy.local', ftp_proxy: 'http://proxy.local', HTTP_HOST: 'x' }
  t.same(problemsOf(theirs), [])
})

t.test('readConfig takes http for the own machine', async (t) => {
  for (const host of ['localhost', '127.0.0.1:4000', '127.1.2.3', '[::1]:4000']) {
    t.same(problemsOf({ WHMCS_URL: `http://${host}/whmcs`, SALESFORCE_INSTANCE_URL: `http://${host}` }), [], host)
  }
})

t.test('readConfig takes a retention of a week, and one of a century', async (t) => {
  for (const days of ['7', '36500']) t.same(problemsOf({ RETENTION_DAYS: days }), [], days)
})

t.test('readConfig reads durations', async (t) => {
  const { config } = readConfig({ ...REQUIRED, ...OAUTH, RETRY_SCHEDULE: '0ms, 500ms,5s ,2m,1h,1d' })
  t.same(config?.RETRY_SCHEDULE, [0, 500, 5_000, 120_000, 3_600_000, 86_400_000])
})

t.test('readConfig wants one flow of OAuth, whole', async (t) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const jwt = { SALESFORCE_JWT_USERNAME: 'user@example.com', SALESFORCE_JWT_KEY_FILE: file(t, 'key.pem', pem) }
  const only = (more: Record<string, string>) => readConfig({ ...REQUIRED, ...more })
  t.match(only({ SALESFORCE_CLIENT_ID: 'id', ...jwt }).config?.oauth, {
    flow: 'jwt-bearer',
    username: 'user@example.com',
  })
  const wrong: [Record<string, string>, string][] = [
    [{}, 'SESSION_KEY is unset and so is OAuth'],
    [{ SALESFORCE_CLIENT_ID: 'id' }, 'SALESFORCE_CLIENT_ID is set without'],
    [{ SALESFORCE_CLIENT_SECRET: 'x' }, 'SALESFORCE_CLIENT_ID is unset, but its secret or JWT is set'],
    [jwt, 'SALESFORCE_CLIENT_ID is unset, but its secret or JWT is set'],
    [{ ...OAUTH, ...jwt }, 'SALESFORCE_CLIENT_SECRET and SALESFORCE_JWT_... are both set: choose one flow'],
    [
      { SALESFORCE_CLIENT_ID: 'id', SALESFORCE_JWT_USERNAME: 'user@example.com' },
      'SALESFORCE_JWT_USERNAME and SALESFORCE_JWT_KEY_FILE go together',
    ],
  ]
  for (const [more, problem] of wrong) t.match(only(more).problems, [problem], problem)
  for (const [more] of wrong) t.equal(only(more).problems.length, 1)
  t.same(only({ SESSION_KEY: KEY }).config?.oauth, undefined, 'sessions alone will do')
})

t.test('readConfig warns of a public address without a key, and of nothing else', async (t) => {
  const warningsOf = (more: Record<string, string>) => readConfig({ ...REQUIRED, ...OAUTH, ...more }).warnings
  t.same(warningsOf({}), [])
  for (const name of ['SF_WEBHOOK_SECRET', 'PORTAL_LINK_SECRET']) {
    t.match(warningsOf({ [name]: 'short' }), [new RegExp(`^${name} has a secret of less than 16 characters`)])
    t.same(warningsOf({ [name]: 'a secret that nobody guesses' }), [])
  }
  t.match(warningsOf({ HOST: '0.0.0.0' }), [/^OUTBOUND_MESSAGE_KEY is unset, and the address is public \(0\.0\.0\.0\)/])
  t.match(warningsOf({ HOST: '::' }), [/public/])
  t.match(warningsOf({ PUBLIC_URL: 'https://soapstone.example.com' }), [/public \(soapstone\.example\.com\)/])
  t.same(warningsOf({ HOST: '::1', PUBLIC_URL: 'http://localhost:8080' }), [])
  t.same(warningsOf({ HOST: '0.0.0.0', OUTBOUND_MESSAGE_KEY: 'a-key-of-at-least-16-characters' }), [])
  t.same(warningsOf({ HOST: '0.0.0.0', OUTBOUND_MESSAGE_IP_ALLOWLIST: '192.0.2.0/24' }), [], 'or without a list')
  for (const name of ['OUTBOUND_MESSAGE_IP_ALLOWLIST', 'SF_WEBHOOK_IP_ALLOWLIST']) {
    t.same(warningsOf({ [name]: '192.0.2.7,0.0.0.0/0' }), [
      `${name} lets everybody in: leave it unset, or name the addresses`,
    ])
  }
})

t.test('readConfig reads the mapping file and names all that is wrong in it', async (t) => {
  const good = file(t, 'mapping.json', '{"account":{"whmcsClientId":"Client__c"}}')
  const { config } = readConfig({ ...REQUIRED, ...OAUTH, MAPPING_FILE: good })
  t.equal(config?.mapping.account.whmcsClientId, 'Client__c')
  const bad = file(t, 'bad.json', '{"accounts":{},"prices":"x"}')
  t.match(problemsOf({ MAPPING_FILE: bad }), [/bad\.json\) has problems: accounts is unknown.*; prices is neither/])
})
