/** The settings with which the service finds the simulators. */
import type { Salesforce } from './salesforce.ts'
import type { Whmcs } from './whmcs.ts'

export function settingsOf(salesforce: Salesforce, whmcs: Whmcs) {
  return {
    SALESFORCE_ORG_ID: salesforce.organizationId,
    SALESFORCE_INSTANCE_URL: salesforce.url,
    SALESFORCE_CLIENT_ID: salesforce.clientId,
    SALESFORCE_CLIENT_SECRET: salesforce.clientSecret,
    WHMCS_URL: whmcs.url,
    WHMCS_IDENTIFIER: whmcs.identifier,
    WHMCS_SECRET: whmcs.secret,
  }
}
