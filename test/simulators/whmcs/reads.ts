import { CYCLES } from './add-order.ts'
import { type PhpArray, text, whole } from './php-form.ts'
import { listOf, type Reply, success } from './reply.ts'
import { findProduct, type Store } from './store.ts'
import type { WhmcsProduct } from './types.ts'

export const getOrderStatuses = (store: Store): Reply => {
  const counts = new Map([
    ['Pending', 0],
    ['Active', 0],
    ['Fraud', 0],
    ['Cancelled', 0],
  ])
  for (const { status } of store.listed) counts.set(status, (counts.get(status) ?? 0) + 1)
  const rows = [...counts].map(([title, count]) => ({ title, count }))
  return success({ totalresults: rows.length, statuses: listOf('status', rows, store.knobs.listShape) })
}

export const getPaymentMethods = (store: Store): Reply => {
  const rows = store.paymentMethods.map((module) => ({ module, displayname: displayName(module) }))
  return success({ totalresults: rows.length, paymentmethods: listOf('paymentmethod', rows, store.knobs.listShape) })
}

/** `pid` may be one id or '1,2'. */
export const getProducts = (store: Store, params: PhpArray): Reply => {
  const pids = text(params.get('pid'))
  const products =
    pids === '' ? [...store.products.values()] : pids.split(',').map((pid) => findProduct(store, whole(pid)))
  const rows = products.filter((product) => product !== undefined).map((product) => productRow(store, product))
  return success({ totalresults: rows.length, products: listOf('product', rows, store.knobs.listShape) })
}

/** Flat keys with brackets in their names, in JSON too, as the documentation shows them. */
export const getCurrencies = (store: Store): Reply => {
  const flat = store.knobs.currencies.flatMap((code, index) =>
    Object.entries({ id: String(index + 1), code, prefix: '', suffix: ` ${code}`, format: '1', rate: '1.00000' }).map(
      ([key, value]) => [`currencies[currency][${index}][${key}]`, value],
    ),
  )
  return success({ totalresults: String(store.knobs.currencies.length), ...Object.fromEntries(flat) })
}

export const whmcsDetails = (): Reply => success({ whmcs: { version: '8.13.1', canonicalversion: '8.13.1-release.1' } })

/** Rows come as flat keys with brackets in their names, in JSON too. */
export const getModuleQueue = (store: Store, params: PhpArray): Reply => {
  const related = whole(params.get('relatedId'))
  const rows = [...store.moduleFailures.values()].filter((row) => related === 0 || row.serviceId === related)
  const flat = rows.flatMap((row, index) =>
    Object.entries({
      id: String(row.id),
      serviceType: 'service',
      serviceId: String(row.serviceId),
      moduleName: 'simulated',
      moduleAction: 'CreateAccount',
      lastAttempt: row.at,
      lastAttemptError: row.error,
      numRetries: String(row.retries),
      completed: '0',
      createdAt: row.at,
      updatedAt: row.at,
    }).map(([key, value]) => [`queue[${index}][${key}]`, value]),
  )
  return success({ count: String(rows.length), ...Object.fromEntries(flat) })
}

export const productName = (product: WhmcsProduct): string => product.name ?? `Product ${product.pid}`

export const displayName = (module: string): string =>
  new Map([
    ['mailin', 'Mail In Payment'],
    ['banktransfer', 'Bank Transfer'],
  ]).get(module) ?? module

const productRow = (store: Store, product: WhmcsProduct): Reply => {
  const cycles = product.cycles ?? [...CYCLES.keys()]
  // A one-time price sits under monthly; -1.00 means "not sold so".
  const price = (word: string): string => {
    const sold = cycles.includes(word) || (word === 'monthly' && cycles.includes('onetime'))
    return sold ? '10.00' : '-1.00'
  }
  const words = ['monthly', 'quarterly', 'semiannually', 'annually', 'biennially', 'triennially']
  const fields = (product.customFields ?? [])
    .filter((field) => field.showOnOrder ?? true)
    .map(({ id, name }) => ({ id, name, description: '', required: '' }))
  return {
    pid: product.pid,
    gid: 1,
    type: 'other',
    name: productName(product),
    description: '',
    module: product.module === undefined || product.module === 'none' ? '' : 'simulated',
    paytype: payType(cycles),
    allowqty: 2,
    quantity_available: 0,
    pricing: { USD: { prefix: '$', suffix: ' USD', ...Object.fromEntries(words.map((word) => [word, price(word)])) } },
    customfields: listOf('customfield', fields, store.knobs.listShape),
    configoptions: listOf('configoption', [], store.knobs.listShape),
  }
}

const payType = (cycles: string[]): string => {
  if (cycles.every((word) => word === 'free')) return 'free'
  return cycles.every((word) => word === 'onetime') ? 'onetime' : 'recurring'
}
