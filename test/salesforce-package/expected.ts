/** The package as it comes along, and what the code says of it. */
import { fileURLToPath } from 'node:url'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { readContract } from '../../src/doors/outbound-message/contract.ts'
import { readSalesforcePackage } from '../../src/service/salesforce-package.ts'
import type { Expected } from './package.ts'

export const PACKAGE = readSalesforcePackage()

const { fields } = await readContract(fileURLToPath(new URL('../../wsdl/order.wsdl', import.meta.url)))

export const EXPECTED: Expected = {
  mapping: DEFAULT_MAPPING,
  contract: ['Id', ...fields.keys()],
  apiVersion: SETTINGS.SALESFORCE_API_VERSION.default,
}
