/** Where a thing of the ledger is in the other systems, for people to look at it there. */
import type { Links } from '../admin/page/ports.ts'
import type { Organization } from '../config/organizations.ts'

export function linksOf(organizations: readonly Organization[]): Links {
  const find = (organizationId: string) => organizations.find(({ id }) => id === organizationId)
  return {
    salesforceRecord(organizationId, recordId) {
      const instance = find(organizationId)?.salesforce.instanceUrl
      return instance === undefined ? undefined : new URL(`/${encodeURIComponent(recordId)}`, instance).href
    },
    whmcsOrder(organizationId, whmcsOrderId) {
      const whmcs = find(organizationId)?.whmcs.url
      if (whmcs === undefined) return undefined
      const base = whmcs.endsWith('/') ? whmcs : `${whmcs}/`
      return new URL(`admin/orders.php?action=view&id=${encodeURIComponent(whmcsOrderId)}`, base).href
    },
  }
}
