/** One of the two simulators as a process. Its settings are those with which the service finds it. */
import { startSalesforce } from '../../simulators/salesforce.ts'
import { startWhmcs } from '../../simulators/whmcs.ts'
import { numberOf, type Parcel, serveParent, textOf, textsOf } from '../child.ts'

let salesforce: Awaited<ReturnType<typeof startSalesforce>> | undefined

serveParent({
  start: (parcel) => (process.argv[2] === 'salesforce' ? asSalesforce(parcel) : asWhmcs(parcel)),
  async seed(parcel) {
    return { orderIds: Array.from({ length: numberOf(parcel, 'orders') }, () => salesforce?.addOrder()) }
  },
  async send(parcel) {
    const message = { endpoint: textOf(parcel, 'endpoint'), orderIds: textsOf(parcel, 'orderIds') }
    return { ...(await salesforce?.send(message)) }
  },
  async calls() {
    return { ...salesforce?.calls }
  },
})

async function asSalesforce(parcel: Parcel): Promise<Parcel> {
  salesforce = await startSalesforce({ latencyMs: numberOf(parcel, 'latencyMs') })
  const settings = {
    SALESFORCE_ORG_ID: salesforce.organizationId,
    SALESFORCE_INSTANCE_URL: salesforce.url,
    SALESFORCE_CLIENT_ID: salesforce.clientId,
    SALESFORCE_CLIENT_SECRET: salesforce.clientSecret,
  }
  return { settings }
}

async function asWhmcs(parcel: Parcel): Promise<Parcel> {
  const { url, identifier, secret } = await startWhmcs({ latencyMs: numberOf(parcel, 'latencyMs') })
  return { settings: { WHMCS_URL: url, WHMCS_IDENTIFIER: identifier, WHMCS_SECRET: secret } }
}
