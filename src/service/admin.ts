/** What people find on the private listener: API and page, with a view of the ledger and connections of their own. */
import type { FastifyInstance } from 'fastify'
import type { Access } from '../admin/access/caller.ts'
import { createSignIn } from '../admin/access/sign-in.ts'
import { documentEndpoints } from '../admin/api/documents.ts'
import { eventsEndpoint } from '../admin/api/events.ts'
import { exportEndpoint } from '../admin/api/export.ts'
import { figureEndpoints } from '../admin/api/figures.ts'
import { notificationEndpoints } from '../admin/api/notifications.ts'
import { createApi } from '../admin/api/plugin.ts'
import { createStreams } from '../admin/api/streams.ts'
import { taskEndpoints } from '../admin/api/tasks.ts'
import { tokenEndpoints } from '../admin/api/tokens.ts'
import { webhookEndpoints } from '../admin/api/webhooks.ts'
import { createPage } from '../admin/page/plugin.ts'
import { createPulse } from '../admin/pulse.ts'
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { createDocumentStore } from '../ledger/people/documents.ts'
import { auditAccess } from '../ledger/people/page-sessions.ts'
import { readSigns } from '../ledger/people/signs.ts'
import type { History } from '../ledger/postgres/history.ts'
import { openPool } from '../ledger/postgres/pool.ts'
import type { Log } from '../runtime/log.ts'
import { explainLedger } from './explain-ledger.ts'
import { createFindings } from './findings.ts'
import { createIdentityProvider } from './identity-provider.ts'
import { linksOf } from './links.ts'
import { mappingProblems } from './live-mappings.ts'
import { maskingDetails } from './masked-details.ts'
import { ledgerOn } from './operations.ts'

export interface AdminOptions {
  config: Config
  /** They may change while it runs. */
  organizations: readonly Organization[]
  url: string
  history: History
  access: Access
  log: Log
}

/** The longest that a question may take, ms. */
const QUERY_MS = 10_000

export function createAdmin({ config, organizations, url, history, access, log }: AdminOptions) {
  const onError = (error: unknown) => log.error({ err: error }, 'ledger.connection_failed')
  const pool = openPool({ url, history, connections: 3, name: 'soapstone api', statementMs: QUERY_MS, onError })
  const ledger = maskingDetails(ledgerOn(pool, { kind: 'current' }), config.MASKED_FIELDS ?? [])
  const now = () => new Date()
  const streams = createStreams()
  const pulse = createPulse({ read: () => readSigns(pool) })
  const whmcs = createFindings(config, ledger.intents, organizations)
  const webhooks = ledger.webhooks(config)
  const webhookRules = { allowPrivate: config.WEBHOOK_ALLOW_PRIVATE === 'true' }
  const pages = {
    webhooks,
    webhookRules,
    ledger,
    whmcs,
    links: linksOf(organizations),
    organizations,
    now,
  }
  const endpoints = [
    ...notificationEndpoints({ ledger, whmcs, now }),
    ...figureEndpoints({ ledger, organizations, now }),
    ...taskEndpoints({ ledger, streams, now }),
    exportEndpoint({ ledger, now }),
    eventsEndpoint({ pulse, streams }),
    ...documentEndpoints({
      ledger: createDocumentStore(pool),
      organizationId: config.SALESFORCE_ORG_ID,
      checkMapping: mappingProblems,
      now: () => performance.now(),
    }),
    ...tokenEndpoints({ ledger: ledger.tokens, tokens: access.tokens, now }),
    ...webhookEndpoints({
      ledger: webhooks,
      rules: webhookRules,
    }),
  ]
  const signIn = createSignIn({ access, audit: (act) => auditAccess(pool, act), log })
  return {
    async routes(app: FastifyInstance): Promise<void> {
      app.addHook('preClose', async () => streams.close())
      await app.register(createApi({ access, endpoints, explain: explainLedger }), { prefix: '/api' })
      await app.register(
        createPage({ access, signIn, provider: await createIdentityProvider(config), pages, explain: explainLedger }),
        {
          prefix: '/admin',
        },
      )
    },
    /** Nobody is let in by default: whoever has just installed this must be told how. */
    async sayWhoMay(adminUrl: string | undefined): Promise<void> {
      const page = `${adminUrl}/admin/`
      const tokens = await ledger.tokens.list()
      const valid = tokens.filter(({ state }) => state === 'active' || state === 'rotated').length
      const issuer = config.identityProvider?.issuer
      if (valid > 0 || issuer !== undefined) log.info({ page, tokens: valid, issuer }, 'admin.open')
      else log.info({ page, remedy: 'soapstone token create --name <you> --scope admin' }, 'admin.open_to_nobody')
    },
    async close() {
      pulse.close()
      await ledger.close()
    },
  }
}
