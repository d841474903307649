/** The soap package's client, made from the WSDL that is served. */
import { createClientAsync } from 'soap'

export async function sendBySoap(url: string, organization: string, order: string): Promise<unknown> {
  const client = await createClientAsync(url)
  const message = {
    OrganizationId: organization,
    ActionId: '04kSs000000sT0nIAE',
    EnterpriseUrl: 'https://a.example/services/Soap/c/60.0/00D',
    PartnerUrl: 'https://a.example/services/Soap/u/60.0/00D',
    Notification: [
      {
        Id: '04lSs00000Nd01xIAB',
        sObject: {
          attributes: { 'xsi:type': 'ens:Order', 'xmlns:ens': 'urn:sobject.enterprise.soap.sforce.com' },
          'ens:Id': order,
          'ens:OrderNumber': '00000114',
          'ens:Status': 'Activated',
          'ens:TotalAmount': '45000.0',
        },
      },
    ],
  }
  try {
    const [reply] = await client.notificationsAsync(message)
    return { ack: reply.Ack }
  } catch (error) {
    return faultOf(error)
  }
}

function faultOf(error: unknown): unknown {
  const root: unknown = error instanceof Error && 'root' in error ? error.root : undefined
  const { code, message } = /(?<code>soapenv:\w+): (?<message>.*)/.exec(String(error))?.groups ?? {}
  if (code === undefined) throw new Error('no Fault', { cause: root ?? error })
  return { code, message }
}
