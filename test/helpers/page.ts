/** The page of a running service as a browser without scripts asks for it, and orders that need somebody. */
import type { Test } from 'tap'
import type { Scope } from '../../src/operations/scopes.ts'
import { type Admin, createAdmin } from './admin.ts'
import { until } from './until.ts'

export interface Visitor {
  get(path: string): Promise<string>
  /** Answers with where the browser is sent. */
  post(
    path: string,
    fields: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; to: string; text: string }>
}

export interface Pages extends Admin {
  visit(scope: Scope): Promise<Visitor>
  /** Orders of a product that has no WHMCS product, when they have failed. */
  failing(count: number, account?: Record<string, unknown>): Promise<{ orderIds: string[]; productId: string }>
  provisioned(orderIds: string[]): Promise<void>
}

export async function createPages(t: Test, settings: Record<string, string> = {}): Promise<Pages> {
  const admin = await createAdmin(t, settings)
  const { salesforce } = admin
  const statusOf = (id: string) => salesforce.record(id)?.Provisioning_Status__c

  async function visit(scope: Scope): Promise<Visitor> {
    const form = (fields: Record<string, string>, headers: Record<string, string>) => ({
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: admin.adminUrl, ...headers },
    })
    const signedIn = await admin.ask('/admin/sign-in', form({ token: await admin.token(scope) }, {}))
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    return {
      get: async (path) => (await admin.ask(path, { headers: { cookie } })).text,
      async post(path, fields, headers = {}) {
        const { status, headers: got, text } = await admin.ask(path, form(fields, { cookie, ...headers }))
        return { status, to: got.get('location') ?? '', text }
      },
    }
  }

  return {
    ...admin,
    visit,
    async failing(count, account = {}) {
      const productId = salesforce.addProduct({ Name: 'Cloud Backup', WHMCS_Product_ID__c: null })
      const orderIds = Array.from({ length: count }, () =>
        salesforce.addOrder({ accountId: salesforce.addAccount(account), items: [{ productId }] }),
      )
      await salesforce.send({ endpoint: admin.endpoint, orderIds })
      await until(() => orderIds.every((id) => statusOf(id) === 'Failed'), 'they failed')
      const dead = `select count(*)::integer from ledger.dead_letters where record_id = any($1)`
      await until(async () => (await admin.bench.value(dead, [orderIds])) === count, 'dead letters')
      return { orderIds, productId }
    },
    provisioned: (orderIds) =>
      until(() => orderIds.every((id) => statusOf(id) === 'Provisioned'), 'they are provisioned').then(() => {}),
  }
}
