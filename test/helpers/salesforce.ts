/** The Salesforce adapter against the simulator. */
import type { Test } from 'tap'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import type { Mapping } from '../../src/domain/mapping/mapping.ts'
import { createHttpClient } from '../../src/runtime/http-client.ts'
import { createOrders } from '../../src/salesforce/orders.ts'
import { createRest } from '../../src/salesforce/rest.ts'
import { createSessions, type SessionsOptions } from '../../src/salesforce/session.ts'
import { type SalesforceOptions, startSalesforce } from '../simulators/salesforce.ts'
import { without } from './items.ts'

export const NOW = new Date('2026-10-01T09:00:00Z')
/** Any query: for tests to which it doesn't matter. */
const QUERY = 'SELECT Id FROM Organization'

export interface AdapterOptions {
  simulator?: SalesforceOptions
  session?: Partial<SessionsOptions>
  /** Without credentials of its own. */
  oauth?: 'none'
  mapping?: Partial<Mapping>
}

export async function createAdapter(t: Test, { simulator, session, oauth, mapping }: AdapterOptions = {}) {
  const salesforce = await startSalesforce(simulator)
  t.teardown(() => salesforce.close())
  const { clientId, clientSecret } = salesforce
  const options: SessionsOptions = {
    instanceUrl: salesforce.url,
    organizationId: salesforce.organizationId,
    apiVersion: '67.0',
    oauth: { flow: 'client-credentials', clientId, clientSecret },
    timeoutMs: 10_000,
    http: createHttpClient(),
    now: () => new Date(),
    ...session,
  }
  const sessions = createSessions(oauth === 'none' ? without(options, 'oauth') : options)
  const rest = createRest()
  const orders = createOrders({ sessions, rest, mapping: () => ({ ...DEFAULT_MAPPING, ...mapping }), now: () => NOW })
  const query = (ids: string[] = [], soql = QUERY) => sessions.use(ids, (connection) => rest.query(connection, [soql]))
  return { salesforce, sessions, rest, orders, query, signal: new AbortController().signal }
}
