/** Salesforce, as the doctor looks at it: its setup, and what we need of it. */
import type { Organization } from '../../config/organizations.ts'
import type { Config } from '../../config/read.ts'
import type { Contract } from '../../doors/outbound-message/contract.ts'
import { type AutomationNeeds, automationChecks } from '../../operations/doctor/automation.ts'
import { type Check, warn } from '../../operations/doctor/check.ts'
import { type SalesforceNeeds, salesforceChecks } from '../../operations/doctor/salesforce.ts'
import { createHttpClient } from '../../runtime/http-client.ts'
import { createAutomation } from '../../salesforce/automation.ts'
import { createEventAccess } from '../../salesforce/events.ts'
import { mappedFields } from '../../salesforce/package/fields.ts'
import { createRest } from '../../salesforce/rest.ts'
import { createSessions } from '../../salesforce/session.ts'
import { createSetup } from '../../salesforce/setup.ts'

export interface SalesforceOfDoctor {
  organization: Organization
  config: Config
  /** The endpoint that the orders come to. Absent: this installation has none. */
  contract: Contract | undefined
  timeoutMs: number
}

export function setupOf({ organization, config, timeoutMs }: Omit<SalesforceOfDoctor, 'contract'>) {
  const { id, salesforce, secrets, rules } = organization
  const sessions = createSessions({
    ...salesforce,
    organizationId: id,
    ...(secrets.salesforce && { oauth: secrets.salesforce }),
    timeoutMs,
    http: createHttpClient(config.proxies),
    now: () => new Date(),
  })
  const rest = createRest()
  const setup = createSetup({ sessions, rest, product: rules.product })
  return {
    setup,
    events: createEventAccess({ sessions, rest }),
    automation: { logIn: setup.logIn, ...createAutomation({ sessions, rest }) },
  }
}

export function salesforceOf(
  options: SalesforceOfDoctor,
  { setup, automation }: Omit<ReturnType<typeof setupOf>, 'events'>,
): Check[] {
  const { organization, config, contract } = options
  if (organization.secrets.salesforce === undefined) return [withoutLogin]
  const checks = salesforceChecks(setup, needsOf(organization))
  return contract === undefined
    ? checks
    : [...checks, ...automationChecks(automation, automationNeeds(contract, config))]
}

const withoutLogin: Check = {
  id: 'salesforce.login',
  run: async () =>
    warn(
      'there is no login of its own: the sessions of messages are used, and Salesforce sends none since February 2026',
      'Set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET.',
    ),
}

function needsOf({ id, salesforce, rules }: Organization): SalesforceNeeds {
  const { order, eligibleStatuses } = rules
  return {
    organizationId: id,
    apiVersion: salesforce.apiVersion,
    fields: mappedFields(rules).filter(({ kind }) => kind !== 'none'),
    values: [
      { object: 'Order', field: order.provisioningStatus, values: saidStatuses(rules), key: 'statuses' },
      { object: 'Order', field: 'Status', values: eligibleStatuses, key: 'eligibleStatuses' },
    ],
  }
}

function automationNeeds({ name, recordType, fields }: Contract, config: Config): AutomationNeeds {
  return {
    recordType,
    path: `/outbound-messages/${name}`,
    fields: [...fields.keys()],
    publicUrl: config.PUBLIC_URL,
    key: config.OUTBOUND_MESSAGE_KEY,
  }
}

/** `cancelled` is said only where cancellations are followed. */
function saidStatuses({ statuses: { cancelled, ...statuses }, cancellations }: Organization['rules']): string[] {
  return [...Object.values(statuses), ...(cancellations === 'ignore' ? [] : [cancelled])]
}
