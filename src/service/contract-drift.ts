/** The contracts of this installation, compared with the organisations that it works for. */
import { organizationsOf } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import { TOMBSTONE } from '../domain/purpose.ts'
import { type ContractDrift, compareWithOrg, hasDrifted } from '../operations/contract-drift.ts'
import { Explained } from '../runtime/explained.ts'
import { readContracts, wsdlFolder } from './contracts.ts'
import { setupOf } from './doctor/salesforce.ts'
import { explainFailure } from './explain-failure.ts'

export interface OrgComparison {
  drift: boolean
  contracts: ({ organization: string } & ContractDrift)[]
}

/** For one answer of Salesforce. */
const ANSWER_MS = 30_000

/** `name`: only this endpoint. Throws an Explained when Salesforce lets nobody in. */
export async function compareContractsWithOrgs(config: Config, name: string | undefined): Promise<OrgComparison> {
  // Tombstones are for those who have cancellations followed.
  const wanted = (recordType: string) => recordType !== TOMBSTONE || config.mapping.cancellations !== 'ignore'
  const contracts = (await readContracts(wsdlFolder(config.WSDL_FOLDER), name)).filter(
    (contract) => name !== undefined || wanted(contract.recordType),
  )
  const compared: OrgComparison['contracts'] = []
  for (const organization of organizationsOf(config)) {
    if (organization.secrets.salesforce === undefined) {
      throw new Explained('there is no login to ask with: set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET')
    }
    const { setup, automation } = setupOf({ organization, config, timeoutMs: ANSWER_MS })
    await setup.logIn().catch((error: unknown) => {
      throw explainFailure(error)
    })
    for (const { name: endpoint, recordType, fields } of contracts) {
      const path = `/outbound-messages/${endpoint}`
      const expected = {
        endpoint,
        recordType,
        fields,
        path,
        publicUrl: config.PUBLIC_URL,
        key: config.OUTBOUND_MESSAGE_KEY,
      }
      const port = { ...automation, fields: setup.fields }
      compared.push({ organization: organization.name, ...(await compareWithOrg(port, expected)) })
    }
  }
  return { drift: compared.some(hasDrifted), contracts: compared }
}
