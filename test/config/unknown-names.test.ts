import t from 'tap'
import { readConfig } from '../../src/config/read.ts'

/** Only what is said about names. */
function problemsOf(environment: Record<string, string>, file: Record<string, string> = {}): string[] {
  return readConfig(environment, file).problems.filter((problem) => /is not a setting|has no effect/.test(problem))
}

t.test('readConfig says which setting may have been meant', async (t) => {
  const cases: [string, string][] = [
    ['SALESFORCE_CLIENTID', 'SALESFORCE_CLIENT_ID'],
    ['SALESFORCE_CLIENT_SECERT', 'SALESFORCE_CLIENT_SECRET'],
    ['WHMCS_IDENTIFER', 'WHMCS_IDENTIFIER'],
    ['WHMCS_API_SECRET', 'WHMCS_SECRET'],
    ['OUTBOUND_MESSAGES_KEY', 'OUTBOUND_MESSAGE_KEY'],
    ['RETENTION_DAY', 'RETENTION_DAYS'],
    ['LEASE_SECS', 'LEASE_SECONDS'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['SESION_KEY', 'SESSION_KEY'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
    ['whmcs_url', 'WHMCS_URL'],
  ]
  for (const [name, meant] of cases) {
    t.same(problemsOf({ [name]: 'x' }), [`${name} in the environment is not a setting: did you mean ${meant}?`])
    t.same(problemsOf({}, { [name]: 'x' }), [`${name} in .env is not a setting: did you mean ${meant}?`])
  }
  t.match(problemsOf({ SALESFORCE_SOMETHING_QUITE_DIFFERENT: 'x' }), [/soapstone config lists all settings$/])
})

t.test('readConfig leaves the names of other programs alone in the environment, but not in .env', async (t) => {
  const others = [
    'HOME',
    'HOSTNAME',
    'SESSION_MANAGER',
    'DATABASE_POOL_SIZE',
    'LOGNAME',
    'DATA_DIR',
    'PUBLIC_IP',
    'POST',
  ]
  // Kubernetes sets them for a service called whmcs.
  const links = ['WHMCS_SERVICE_HOST', 'WHMCS_SERVICE_PORT_HTTPS', 'WHMCS_PORT', 'WHMCS_PORT_443_TCP_ADDR']
  for (const name of [...others, ...links]) t.same(problemsOf({ [name]: 'x' }), [], name)
  for (const name of others) t.match(problemsOf({}, { [name]: 'x' }), [`${name} in .env is not a setting: `], name)
})

t.test('readConfig says of what Node reads from the environment alone that .env is the wrong place', async (t) => {
  for (const name of ['NODE_EXTRA_CA_CERTS', 'https_proxy', 'no_proxy', 'PGSSLMODE', 'TZ']) {
    t.same(problemsOf({}, { [name]: 'x' }), [`${name} in .env has no effect: set it in the environment of the process`])
    t.same(problemsOf({ [name]: 'x' }), [], name)
  }
})
