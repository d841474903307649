/** The two systems of an organisation, as its steps call them. */
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import type { Mapping } from '../domain/mapping/mapping.ts'
import type { Calls } from '../runtime/calls.ts'
import { createHttpClient } from '../runtime/http-client.ts'
import { createEventAccess } from '../salesforce/events.ts'
import { createOrders } from '../salesforce/orders.ts'
import { createRest } from '../salesforce/rest.ts'
import { createSessions } from '../salesforce/session.ts'
import { createUnprovisionedOrders } from '../salesforce/unprovisioned-orders.ts'
import { createWhmcsClient } from '../whmcs/client.ts'
import { createMarker } from '../whmcs/marker.ts'
import { createWhmcsOrders } from '../whmcs/orders.ts'

type TimeOuts = Pick<Config, 'SALESFORCE_TIMEOUT' | 'WHMCS_TIMEOUT'>
type Way = Pick<Config, 'proxies'>

/** What is done around each call. */
export interface Watch {
  calls?: Calls
  onUsage?: (usage: { used: number; max: number }) => void
}

interface Beside<W> {
  /** That which is in force; it may change while it is at work. */
  mapping?: () => Mapping
  watch?: W
}

export function createSalesforce(
  { id, salesforce, secrets, rules, sweepCondition }: Organization,
  config: TimeOuts & Way,
  { mapping = () => rules, watch }: Beside<Watch> = {},
) {
  const now = () => new Date()
  const sessions = createSessions({
    ...salesforce,
    organizationId: id,
    ...(secrets.salesforce && { oauth: secrets.salesforce }),
    timeoutMs: config.SALESFORCE_TIMEOUT,
    ...watch,
    http: createHttpClient(config.proxies),
    now,
  })
  const rest = createRest()
  return {
    ...createOrders({ sessions, rest, mapping, now }),
    ...createUnprovisionedOrders({
      sessions,
      rest,
      mapping,
      ...(sweepCondition !== undefined && { condition: sweepCondition }),
    }),
    events: createEventAccess({ sessions, rest }),
  }
}

export function createWhmcs(
  { whmcs, secrets, rules }: Organization,
  config: TimeOuts & Way,
  { mapping = () => rules, watch }: Beside<Pick<Watch, 'calls'>> = {},
) {
  const { url, paymentMethod, invoices, mails, marker } = whmcs
  return createWhmcsOrders({
    client: createWhmcsClient({ url, ...secrets.whmcs, http: createHttpClient(config.proxies), ...watch }),
    marker: createMarker(marker, () => mapping().markerFields),
    paymentMethod,
    invoices,
    mails,
    readTimeoutMs: Math.min(30_000, config.WHMCS_TIMEOUT),
    writeTimeoutMs: config.WHMCS_TIMEOUT,
  })
}
