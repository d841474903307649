/** What a WHMCS installation says of its own setup. Only reads. */
import type { Parameters, Reply, WhmcsClient } from './client.ts'
import { readFailure } from './failures.ts'
import { idOf, type Row, rowsOf } from './lists.ts'

export interface SetupOptions {
  client: WhmcsClient
  timeoutMs: number
}

export interface ProductSetup {
  pid: string
  name: string
  /** Words of AddOrder; empty: it has no price at all. */
  cycles: string[]
}

/** Ids of one question. */
const CHUNK = 100

/** A question that nobody means: WHMCS looks at the right to ask first, and refuses it then. Nothing comes of it. */
const OF_NOTHING: Record<string, Parameters> = {
  AddOrder: { clientid: 0 },
  AcceptOrder: { orderid: 0 },
  GetOrders: { limitnum: 1 },
  GetClientsProducts: { clientid: 0, limitnum: 1 },
  GetModuleQueue: { serviceType: 'service', relatedId: 0 },
}

export function createSetup({ client, timeoutMs }: SetupOptions) {
  const signal = new AbortController().signal
  const call = (action: string, parameters: Parameters) => client.call(action, parameters, { timeoutMs, signal })

  async function ask(action: string, parameters: Parameters = {}): Promise<Row> {
    const reply = await call(action, parameters)
    if (reply.kind !== 'success') throw readFailure(action, reply)
    return reply.body
  }

  return {
    /** Throws a Failure where WHMCS can't be reached, or lets nobody of this name in. A role that forbids the question will do. */
    async logIn(): Promise<void> {
      const reply = await call('GetOrders', { limitnum: 1 })
      if (reply.kind !== 'success' && !isForbidden(reply)) throw readFailure('GetOrders', reply)
    },
    /** Those of these actions that the credential may not use. */
    async forbidden(actions: readonly string[]): Promise<string[]> {
      const replies = await Promise.all(actions.map((action) => call(action, OF_NOTHING[action] ?? {})))
      return actions.filter((action, i) => {
        const reply = replies[i]
        if (reply?.kind === 'not-sent' || reply?.kind === 'unclear') throw readFailure(action, reply)
        return reply !== undefined && isForbidden(reply)
      })
    },
    /** What `paymentmethod` may be. */
    async paymentMethods(): Promise<string[]> {
      const { paymentmethods } = await ask('GetPaymentMethods')
      return rowsOf(paymentmethods, 'paymentmethod').map(({ module }) => idOf(module))
    },
    /** Codes. */
    async currencies(): Promise<string[]> {
      const body = await ask('GetCurrencies')
      const listed = rowsOf(body.currencies, 'currency').map(({ code }) => idOf(code))
      // Or flat, with brackets in the names, as the documentation has it.
      const flat = Object.entries(body).filter(([name]) => /^currencies\[currency\]\[\d+\]\[code\]$/.test(name))
      return [...listed, ...flat.map(([, code]) => idOf(code))]
    },
    /** Those that there are. */
    async products(pids: readonly string[]): Promise<ProductSetup[]> {
      const chunks = Array.from({ length: Math.ceil(pids.length / CHUNK) }, (_, i) =>
        pids.slice(i * CHUNK, (i + 1) * CHUNK),
      )
      const replies = await Promise.all(chunks.map((chunk) => ask('GetProducts', { pid: chunk.join(',') })))
      return replies.flatMap(({ products }) => rowsOf(products, 'product')).map(toProduct)
    },
    /** Ids of the custom fields that a service of this product has. Undefined: there is no service to look at. */
    async customFields(pid: string): Promise<string[] | undefined> {
      const { products } = await ask('GetClientsProducts', { pid, limitnum: 1 })
      const [service] = rowsOf(products, 'product')
      return service && rowsOf(service.customfields, 'customfield').map(({ id }) => idOf(id))
    },
  }
}

function isForbidden(reply: Reply): boolean {
  return (
    reply.kind === 'error' && /^invalid permissions|^invalid api action|^api function not found/i.test(reply.message)
  )
}

const CYCLES = ['monthly', 'quarterly', 'semiannually', 'annually', 'biennially', 'triennially']

function toProduct({ pid, name, paytype, pricing }: Row): ProductSetup {
  return { pid: idOf(pid), name: idOf(name), cycles: cyclesOf(idOf(paytype), pricing) }
}

/** A price of -1.00 means that it is not sold so. That of a one-time product stands under monthly. */
function cyclesOf(paytype: string, pricing: unknown): string[] {
  if (paytype === 'free') return ['free']
  const prices: Row[] = Object.values(toObject(pricing)).map(toObject)
  const sold = CYCLES.filter((cycle) => prices.some((price) => Number(price[cycle] ?? -1) >= 0))
  return paytype === 'onetime' && sold.includes('monthly') ? ['onetime'] : sold
}

function toObject(value: unknown): Row {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
