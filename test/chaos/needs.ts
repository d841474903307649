/** Orders with needs: their mapping, new accounts whose client has to be made, and what must be true of both in WHMCS. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Salesforce } from '../simulators/salesforce.ts'
import type { Whmcs, WhmcsOrder } from '../simulators/whmcs.ts'
import type { Violation } from './checker.ts'

const MAPPING = {
  line: {
    hostname: 'OrderItem.Host__c',
    rootpw: 'OrderItem.Pw__c',
    'configoptions.12': { from: 'OrderItem.Disk__c', map: { Large: 41 }, default: 40 },
    'customfields.7': 'Account.Mail__c',
  },
  order: { notes: 'Order.Note__c' },
  client: {
    create: true,
    fields: {
      ...{ firstname: 'Ann', lastname: 'Account.Name', email: 'Account.Mail__c', address1: 'Way 1', city: 'Town' },
      ...{ state: 'n/a', postcode: '1', country: 'GB', phonenumber: '+44 1' },
    },
  },
  invoice: { mode: 'created-and-paid', transactionId: 'Order.OrderNumber' },
  cancellations: 'cancel',
  cancelBy: 'terminate',
  writeBack: { Order: { Invoice__c: 'invoiceId' } },
}

/** The settings that it takes. */
export async function needsSettings(folder: string): Promise<Record<string, string>> {
  const path = join(folder, 'mapping.json')
  await writeFile(path, JSON.stringify(MAPPING))
  return { MAPPING_FILE: path }
}

/** The fields are there before anybody asks for them. */
export function defineFields(salesforce: Salesforce): void {
  const accountId = salesforce.addAccount({ Mail__c: null })
  const items = [{ productId: salesforce.addProduct(), fields: { Host__c: null, Pw__c: null, Disk__c: null } }]
  const fields = { Status: 'Draft', Note__c: null, Invoice__c: null }
  salesforce.addOrder({ accountId, items, fields })
}

let made = 0

/** One whose client has to be made. */
export function newAccount(salesforce: Salesforce): string {
  made += 1
  return salesforce.addAccount({ WHMCS_Client_ID__c: null, Mail__c: `new-${made}@example.net` })
}

export function richOrder(salesforce: Salesforce, accountId: string): string {
  const productId = salesforce.addProduct({ WHMCS_Product_ID__c: '188' })
  const line = (Host__c: string, Disk__c: string | null) => ({
    productId,
    fields: { Host__c, Pw__c: 'secret', Disk__c },
  })
  const items = [line('a.example.com', 'Large'), line('ü.example.com', null)]
  return salesforce.addOrder({ accountId, items, fields: { Note__c: 'by phone' } })
}

/** Of an order that Salesforce took back: nothing of it may be set up, and nobody may be told that it is. */
export function checkWithdrawn(order: WhmcsOrder | undefined, said: unknown): string | undefined {
  const left = order?.services.filter(({ status }) => !/^(?:Terminated|Cancelled)$/.test(status)) ?? []
  // One whose AddOrder was under way is a person's.
  if (said === 'Failed') return undefined
  if (left.length > 0) return `was withdrawn, but in WHMCS ${left.map(({ id, status }) => `${id} is ${status}`).join()}`
  const wanted = order === undefined ? [null, undefined] : ['Cancelled']
  return wanted.some((status) => status === said) ? undefined : `was withdrawn, but Salesforce says ${said}`
}

/** What is wrong with the clients and the rich orders, however the round went. */
export function checkNeeds(whmcs: Pick<Whmcs, 'clients' | 'invoices' | 'mistakes' | 'orders'>): Violation[] {
  const found: Violation[] = whmcs.mistakes.map((what) => ({ kind: 'broken', what: `AddOrder: ${what}` }))
  const byAccount = new Map<string, number[]>()
  for (const { id, notes } of whmcs.clients()) {
    const [, account] = /^sfAccountId=(\w+)/.exec(notes) ?? []
    if (account !== undefined) byAccount.set(account, [...(byAccount.get(account) ?? []), id])
  }
  for (const [account, ids] of byAccount) {
    if (ids.length > 1) found.push({ kind: 'doubled', what: `account ${account} has the clients ${ids.join(', ')}` })
  }
  for (const { id, payments } of whmcs.invoices()) {
    if (payments.length > 1) found.push({ kind: 'doubled', what: `invoice ${id} was paid ${payments.length} times` })
  }
  for (const { id, services } of whmcs.orders()) {
    const rich = services.filter(({ pid }) => pid === 188)
    const said = rich.map(({ asked, configOptions }) => `${asked.hostname} ${configOptions['12']} ${asked.rootpw}`)
    if (rich.length > 0 && said.join() !== 'a.example.com 41 secret,ü.example.com 40 secret') {
      found.push({ kind: 'untrue', what: `WHMCS order ${id} has ${said.join()}` })
    }
  }
  return found
}
