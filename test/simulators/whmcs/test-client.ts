import { startWhmcs, type Whmcs, type WhmcsCall, type WhmcsOptions } from '../whmcs.ts'

interface Test {
  teardown(handler: () => Promise<void>): unknown
}

export interface Answer {
  status: number
  body: Record<string, unknown>
}

export const start = async (test: Test, options: WhmcsOptions = {}): Promise<Whmcs> => {
  const whmcs = await startWhmcs(options)
  test.teardown(() => whmcs.close())
  return whmcs
}

export const raw = async (whmcs: Whmcs, fields: Record<string, string>, signal?: AbortSignal): Promise<Response> => {
  const { identifier, secret } = whmcs
  const body = new URLSearchParams({ identifier, secret, responsetype: 'json', ...fields })
  return await fetch(`${whmcs.url}/includes/api.php`, { method: 'POST', body, ...(signal && { signal }) })
}

export const call = async (whmcs: Whmcs, action: string, fields: Record<string, string> = {}): Promise<Answer> => {
  const response = await raw(whmcs, { action, ...fields })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

export const done = (whmcs: Whmcs): Promise<WhmcsCall> => new Promise((resolve) => whmcs.on('done', resolve))

export const ORDER = {
  clientid: '7',
  paymentmethod: 'mailin',
  'pid[0]': '185',
  'billingcycle[0]': 'monthly',
  'qty[0]': '1',
  noinvoice: '1',
  notes: 'sfOrderId=801AAA',
}

export const LINE_FIELDS = Buffer.from('a:1:{i:12;s:6:"東京";}').toString('base64')
