/** Metrics that also count for alerts. */
import type { Organization } from '../config/organizations.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Tallies } from '../notices/alerts/tallies.ts'

/** Results of a message that Salesforce may not get through by trying again. */
const REFUSED = ['malformed', 'refused']

export function tallied(
  metrics: Metrics,
  tallies: Tallies,
  organizations: readonly Pick<Organization, 'id' | 'name'>[],
): Metrics {
  const idOf = (name: string) => organizations.find((one) => one.name === name)?.id ?? ''
  return {
    ...metrics,
    received(received) {
      metrics.received(received)
      const { result: detail } = received
      if (REFUSED.includes(detail)) tallies.saw({ organizationId: '', kind: 'messages_refused', detail, count: 1 })
    },
    apiRequests(requests) {
      metrics.apiRequests(requests)
      const { organization, used, max } = requests
      const left = { value: Math.max(0, max - used), most: max }
      tallies.read({ organizationId: idOf(organization), kind: 'salesforce_budget', subject: '', ...left })
    },
  }
}
