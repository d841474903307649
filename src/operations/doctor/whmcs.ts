/** WHMCS: the login, what it may do, and whether what the mapping names can be ordered. */
import { type Check, type Finding, fail, findingOf, needing, ok, once, reasonOf, warn } from './check.ts'

export interface WhmcsPort {
  logIn(): Promise<void>
  /** Those of these actions that the credential may not use. Nothing is done by asking. */
  forbidden(actions: readonly string[]): Promise<string[]>
  paymentMethods(): Promise<string[]>
  currencies(): Promise<string[]>
  products(pids: readonly string[]): Promise<{ pid: string; name: string; cycles: string[] }[]>
  /** Ids of the custom fields of a product's services. Undefined: there is no service to look at. */
  customFields(pid: string): Promise<string[] | undefined>
  /** Whether the marker of one of these orders can be read back. */
  marker(orders: KnownOrder[]): Promise<'readable' | 'unreadable' | 'unknown'>
  /** How often of late WHMCS gave no answer in time, by code. */
  silences(): Promise<{ code: string; count: number }[]>
}

/** An order that was made before. */
interface KnownOrder {
  clientId: string
  orderId: string
  whmcsOrderId: string
}

export interface WhmcsNeeds {
  paymentMethod: string
  marker: 'notes' | 'custom-field' | 'none'
  markerFields: Record<string, string>
  prices: 'whmcs' | 'salesforce'
  /** What may be ordered: from Salesforce's products and the mapping. Rejects where Salesforce does not say. */
  products(): Promise<Sold[]>
  /** Products of the mapping alone. */
  mapped: Sold[]
  /** A few orders that were accepted before. */
  known(): Promise<KnownOrder[]>
}

export interface Sold {
  /** Where it stands, for whoever mends it. */
  where: string
  pid: string
  /** AddOrder's word. Absent: Salesforce does not say. */
  cycle?: string
}

const ACTIONS = ['AddOrder', 'AcceptOrder', 'GetOrders', 'GetClientsProducts', 'GetModuleQueue'] as const
const NONE = 'Nothing to do: it is only for the doctor. To have it checked, allow the action to the API role.'

export function whmcsChecks(port: WhmcsPort, needs: WhmcsNeeds): Check[] {
  const login = once(port.logIn)
  const afterLogin = (judge: () => Promise<Finding>) => needing(login, 'whmcs.login', judge)
  const sold = once(() => readSold(needs))
  return [
    { id: 'whmcs.login', run: () => logsIn(login) },
    { id: 'whmcs.actions', run: afterLogin(async () => actions(await port.forbidden(ACTIONS))) },
    {
      id: 'whmcs.payment-method',
      run: afterLogin(() => orForbidden(port.paymentMethods, (found) => payment(found, needs))),
    },
    { id: 'whmcs.products', run: afterLogin(async () => products(await sold(), port)) },
    { id: 'whmcs.custom-fields', run: afterLogin(async () => customFields(await sold(), needs, port)) },
    { id: 'whmcs.currency', run: afterLogin(() => orForbidden(port.currencies, (found) => currency(found, needs))) },
    { id: 'whmcs.marker', run: afterLogin(() => marker(needs, port)) },
    { id: 'whmcs.time-outs', run: () => timeOuts(port) },
  ]
}

async function logsIn(login: () => Promise<void>): Promise<Finding> {
  const began = performance.now()
  try {
    await login()
    return ok(`it answered in ${Math.round(performance.now() - began)} ms`)
  } catch (error) {
    return findingOf(error, 'Check WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET and WHMCS_ACCESS_KEY.')
  }
}

function actions(forbidden: string[]): Finding {
  if (forbidden.length === 0) return ok(`allowed: ${ACTIONS.join(', ')}`)
  return fail(
    `the credential of WHMCS_IDENTIFIER may not use ${forbidden.join(', ')}`,
    'Allow these actions to its API role: Configuration, System Settings, Manage API Credentials.',
  )
}

/** What the service itself does not need may be forbidden. */
async function orForbidden<T>(ask: () => Promise<T>, judge: (answer: T) => Finding): Promise<Finding> {
  try {
    return judge(await ask())
  } catch (error) {
    if (/invalid permissions|invalid api action/i.test(reasonOf(error)))
      return warn(`not checked: ${reasonOf(error)}`, NONE)
    throw error
  }
}

function payment(methods: string[], { paymentMethod }: WhmcsNeeds): Finding {
  if (methods.includes(paymentMethod)) return ok(`${paymentMethod} is one of ${methods.join(', ')}`)
  return fail(
    `there is no payment method ${paymentMethod}; there are ${methods.join(', ') || 'none'}`,
    'Set WHMCS_PAYMENT_METHOD to one of them, or activate it in WHMCS: Payment Gateways.',
  )
}

interface SoldProducts {
  sold: Sold[]
  /** Why these are not all. */
  partly?: string
}

async function readSold({ products: read, mapped }: WhmcsNeeds): Promise<SoldProducts> {
  try {
    return { sold: await read() }
  } catch (error) {
    return { sold: mapped, partly: `those of Salesforce can't be read: ${reasonOf(error)}` }
  }
}

function products({ sold, partly }: SoldProducts, port: WhmcsPort): Promise<Finding> {
  const remedy = 'Correct the product in Salesforce or MAPPING_FILE, or its price in WHMCS.'
  const pids = [...new Set(sold.map(({ pid }) => pid))]
  return orForbidden(
    () => port.products(pids),
    (found) => {
      const wrong = sold.flatMap(
        (one) =>
          whyNot(
            one,
            found.find(({ pid }) => pid === one.pid),
          ) ?? [],
      )
      if (wrong.length > 0) return fail(firstOf(wrong), remedy)
      if (partly !== undefined)
        return warn(`${pids.length} products can be ordered; ${partly}`, 'Mend salesforce.login first.')
      return ok(`${sold.length} products of Salesforce are ${pids.length} of WHMCS, and can be ordered`)
    },
  )
}

/** Why it can't be ordered. */
function whyNot({ where, pid, cycle }: Sold, found: { cycles: string[] } | undefined): string | undefined {
  if (found === undefined) return `${where}: WHMCS has no product ${pid}`
  if (cycle === undefined || found.cycles.includes(cycle)) return undefined
  return `${where}: WHMCS product ${pid} is not sold ${cycle}, but ${found.cycles.join(', ') || 'in no cycle'}`
}

async function customFields({ sold }: SoldProducts, needs: WhmcsNeeds, port: WhmcsPort): Promise<Finding> {
  const { marker, markerFields } = needs
  if (marker !== 'custom-field') return ok(`not needed: WHMCS_MARKER is ${marker}`)
  const remedy =
    'Make a text field for each product (Custom Fields, admin only), and put its id into markerFields of MAPPING_FILE.'
  const pids = [...new Set(sold.map(({ pid }) => pid))]
  const unmapped = pids.filter((pid) => markerFields[pid] === undefined)
  if (unmapped.length > 0) return fail(`markerFields has nothing for WHMCS product ${firstOf(unmapped)}`, remedy)
  const looked = await Promise.all(
    Object.entries(markerFields).map(async ([pid, field]) => ({ pid, field, found: await port.customFields(pid) })),
  )
  const lacking = looked.filter(({ field, found }) => found !== undefined && !found.includes(field))
  if (lacking.length > 0) {
    return fail(firstOf(lacking.map(({ pid, field }) => `WHMCS product ${pid} has no custom field ${field}`)), remedy)
  }
  const unseen = looked.filter(({ found }) => found === undefined).length
  return ok(
    `${looked.length - unseen} products have their field${unseen > 0 ? `; ${unseen} have no service to look at yet` : ''}`,
  )
}

function currency(codes: string[], { prices }: WhmcsNeeds): Finding {
  const detail = `WHMCS has ${codes.join(', ') || 'no currency'}`
  if (codes.length === 0) return fail(detail, 'Make a currency in WHMCS: System Settings, Currencies.')
  if (prices === 'whmcs' || codes.length === 1) return ok(detail)
  return warn(
    `${detail}, and the prices are those of Salesforce, which say no currency`,
    "Check that each client's currency in WHMCS is that of its orders in Salesforce, or set prices to whmcs in MAPPING_FILE.",
  )
}

async function marker({ marker: kind, known }: WhmcsNeeds, port: WhmcsPort): Promise<Finding> {
  const remedy =
    'Set WHMCS_MARKER to custom-field, or to none. Until then an order whose answer is lost waits for a person.'
  if (kind === 'none') return warn('WHMCS_MARKER is none: after a lost answer a person decides', remedy)
  const orders = await known().catch((error: unknown) => reasonOf(error))
  if (typeof orders === 'string') return withoutLedger(orders)
  const verdict = await port.marker(orders)
  if (verdict === 'readable') return ok(`the marker (${kind}) of an order can be read back`)
  if (verdict === 'unreadable') return fail(`WHMCS does not give the marker (${kind}) of an order back`, remedy)
  return ok(`nothing to look at yet: no order was accepted; it is looked at with the first one`)
}

async function timeOuts(port: WhmcsPort): Promise<Finding> {
  const seen = await port.silences().catch((error: unknown) => reasonOf(error))
  if (typeof seen === 'string') return withoutLedger(seen)
  const all = seen.filter(({ count }) => count > 0)
  if (all.length === 0) return ok('WHMCS kept no order waiting within a day')
  return warn(
    `within a day: ${all.map(({ code, count }) => `${count} orders with ${code}`).join(', ')}`,
    'See how long WHMCS takes (slow modules, max_execution_time), and raise WHMCS_TIMEOUT above that.',
  )
}

function withoutLedger(reason: string): Finding {
  return warn(
    `not checked, because the ledger can't be read: ${reason}`,
    'Mend database.reachable and database.schema first.',
  )
}

const SHOWN = 10

function firstOf(all: string[]): string {
  return all.length <= SHOWN ? all.join('; ') : `${all.slice(0, SHOWN).join('; ')}; and ${all.length - SHOWN} more`
}
