/** The whole of `serve` as a process that is told to start. Its steps stand still: what is measured is what receives. */
import { organizationsOf } from '../../../src/config/organizations.ts'
import { readConfig } from '../../../src/config/read.ts'
import { STEPS } from '../../../src/domain/notification.ts'
import { createToken } from '../../../src/operations/tokens.ts'
import { createLog } from '../../../src/runtime/logger.ts'
import { createOutput } from '../../../src/runtime/output.ts'
import { openLedger } from '../../../src/service/operations.ts'
import { start } from '../../../src/service/start.ts'
import { ORGANIZATION } from '../ack/requests.ts'
import { serveParent } from '../child.ts'

const [, databaseUrl = ''] = process.argv.slice(2)
const BY = { name: 'bench', via: 'cli' } as const

serveParent({
  async start() {
    const { config, problems } = readConfig({
      ...{ DATABASE_URL: databaseUrl, PORT: '0', ADMIN_PORT: '0', SALESFORCE_ORG_ID: ORGANIZATION },
      // Nobody is there, and nobody is asked.
      ...{ SALESFORCE_INSTANCE_URL: 'https://example.my.salesforce.com', SALESFORCE_CLIENT_ID: 'x' },
      ...{ SALESFORCE_CLIENT_SECRET: 'x', WHMCS_URL: 'http://127.0.0.1:9', WHMCS_IDENTIFIER: 'x', WHMCS_SECRET: 'x' },
      ...{ WHMCS_PAYMENT_METHOD: 'banktransfer', SWEEP_EVERY: 'off' },
    })
    if (!config) throw new Error(problems.join('\n'))
    const service = await start({
      config,
      organizations: organizationsOf(config),
      log: createLog('info', createOutput(process.stdout)),
    })
    const ledger = await openLedger(databaseUrl, 'bench')
    for (const step of STEPS) {
      await ledger.pauseStep({ organizationId: ORGANIZATION, step, until: undefined, reason: 'a bench', by: BY })
    }
    const request = { name: 'a bench', scopes: ['read'], expires: undefined, by: BY, now: new Date() }
    const { token } = await createToken(ledger.tokens, request)
    await ledger.close()
    return { url: `${service.url}/outbound-messages/order`, adminUrl: service.adminUrl, token }
  },
  async processorTime() {
    const { user, system } = process.cpuUsage()
    return { us: user + system }
  },
})
