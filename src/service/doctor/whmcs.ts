/** WHMCS, as the doctor looks at it: its setup, and what the mapping and Salesforce's products need of it. */
import type { Organization } from '../../config/organizations.ts'
import type { Config } from '../../config/read.ts'
import type { Check } from '../../operations/doctor/check.ts'
import { type Sold, type WhmcsNeeds, whmcsChecks } from '../../operations/doctor/whmcs.ts'
import { createHttpClient } from '../../runtime/http-client.ts'
import type { SoldProduct } from '../../salesforce/setup.ts'
import { createWhmcsClient } from '../../whmcs/client.ts'
import { createMarkerProbe } from '../../whmcs/marker-probe.ts'
import { createSetup } from '../../whmcs/setup.ts'
import { createWhmcs } from '../adapters.ts'
import type { LedgerOfDoctor } from './database.ts'

export interface WhmcsOfDoctor {
  organization: Organization
  config: Config
  ledger: Pick<LedgerOfDoctor, 'troubles' | 'known'>
  /** Salesforce's active products that name one of WHMCS. */
  products(): Promise<SoldProduct[]>
  timeoutMs: number
}

/** Orders that it looks for. */
const PROBED = 3
const SILENT = ['WHMCS_UNAVAILABLE', 'WHMCS_UNREACHABLE', 'WHMCS_OUTCOME_UNKNOWN', 'WHMCS_MODULE_UNKNOWN']

export function whmcsOf(options: WhmcsOfDoctor): Check[] {
  const { organization, config, ledger, timeoutMs } = options
  const { id, whmcs, secrets } = organization
  const client = createWhmcsClient({ url: whmcs.url, ...secrets.whmcs, http: createHttpClient(config.proxies) })
  const { search } = createWhmcs(organization, { ...config, WHMCS_TIMEOUT: timeoutMs })
  const port = {
    ...createSetup({ client, timeoutMs }),
    silences: () => ledger.troubles(id, SILENT),
    async marker(known: Awaited<ReturnType<LedgerOfDoctor['known']>>) {
      const log = { info: () => {}, error: () => {} }
      const probe = createMarkerProbe({ search, known: async () => known, now: () => performance.now(), log })
      return probe.look(new AbortController().signal)
    },
  }
  return whmcsChecks(port, needsOf(options))
}

function needsOf({ organization, products, ledger }: WhmcsOfDoctor): WhmcsNeeds {
  const { id, whmcs, rules } = organization
  const mapped = Object.entries(rules.products).flatMap(([product, { pid, billingCycle }]) =>
    pid === undefined ? [] : toSold(`${product} of MAPPING_FILE`, pid, billingCycle),
  )
  return {
    paymentMethod: whmcs.paymentMethod,
    marker: whmcs.marker,
    markerFields: rules.markerFields,
    prices: rules.prices,
    mapped,
    async products() {
      const sold = (await products()).flatMap(({ id, code, pid, billingCycle }) => {
        // What the mapping says of it counts.
        const own = rules.products[id] ?? (code === undefined ? undefined : rules.products[code])
        return toSold(
          `Product2 ${id}${code === undefined ? '' : ` (${code})`}`,
          own?.pid ?? pid,
          own?.billingCycle ?? billingCycle,
        )
      })
      return [...sold, ...mapped]
    },
    known: () => ledger.known(id, PROBED),
  }
}

function toSold(where: string, pid: string, cycle: string | undefined): Sold[] {
  const word = cycle?.toLowerCase().replace(/[^a-z]/g, '')
  return [{ where, pid, ...(word !== undefined && { cycle: word }) }]
}
