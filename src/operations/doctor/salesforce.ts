/** Salesforce: the login, what it may do, and whether the fields are there that the mapping names. */
import { type Check, type Finding, fail, findingOf, needing, ok, once, unchecked, warn } from './check.ts'

export interface SalesforcePort {
  /** Throws a Failure where it is refused, or leads to another organisation. */
  logIn(): Promise<void>
  versions(): Promise<string[]>
  apiRequests(): Promise<{ max: number; remaining: number } | undefined>
  /** What the login sees of an object, by the field's name in small letters. */
  fields(object: string): Promise<Map<string, { writable: boolean; values?: string[] }>>
  permissions(names: readonly Permission[]): Promise<Map<Permission, boolean>>
}

/** How the setup wants it. */
export interface SalesforceNeeds {
  organizationId: string
  apiVersion: string
  /** The fields of the mapping. `key`: where MAPPING_FILE says it. */
  fields: { object: string; key: string; name: string; written: boolean }[]
  /** Values that we write, or wait for. */
  values: { object: string; field: string; values: string[]; key: string }[]
}

const PERMISSIONS = ['PermissionsEditActivatedOrders', 'PermissionsEnableNotifications'] as const
/** Names in SOQL. The second is that of *Send Outbound Messages*. */
export type Permission = (typeof PERMISSIONS)[number]

const MAPPING = 'Correct MAPPING_FILE, or the field in Salesforce'

export function salesforceChecks(port: SalesforcePort, needs: SalesforceNeeds): Check[] {
  const login = once(port.logIn)
  const afterLogin = (judge: () => Promise<Finding>) => needing(login, 'salesforce.login', judge)
  const describe = describer(port, needs)
  const permissions = once(() => port.permissions(PERMISSIONS))
  return [
    { id: 'salesforce.login', run: () => logsIn(login) },
    { id: 'salesforce.organization', run: () => organization(login, needs) },
    { id: 'salesforce.api-version', run: afterLogin(async () => version(await port.versions(), needs)) },
    { id: 'salesforce.limits', run: afterLogin(async () => limits(await port.apiRequests())) },
    { id: 'salesforce.fields', run: afterLogin(async () => visible(await describe(), needs)) },
    { id: 'salesforce.writable', run: afterLogin(async () => writable(await describe(), needs)) },
    { id: 'salesforce.picklists', run: afterLogin(async () => picklists(await describe(), needs)) },
    { id: 'salesforce.edit-activated-orders', run: afterLogin(async () => editActivated(await permissions())) },
    { id: 'salesforce.send-outbound-messages', run: afterLogin(async () => sendsMessages(await permissions())) },
  ]
}

async function logsIn(login: () => Promise<void>): Promise<Finding> {
  try {
    await login()
    return ok('the login works')
  } catch (error) {
    return findingOf(error, 'Check SALESFORCE_INSTANCE_URL, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET.')
  }
}

/** The login itself refuses another organisation: then that is what is wrong. */
async function organization(login: () => Promise<void>, { organizationId }: SalesforceNeeds): Promise<Finding> {
  try {
    await login()
    return ok(`the token is of ${organizationId}`)
  } catch (error) {
    const finding = findingOf(error, '')
    return finding.detail.startsWith('SALESFORCE_WRONG_ORGANIZATION') ? finding : unchecked(error, 'salesforce.login')
  }
}

function version(versions: string[], { apiVersion }: SalesforceNeeds): Finding {
  if (versions.includes(apiVersion)) return ok(`${apiVersion}; there are ${versions[0]} to ${versions.at(-1)}`)
  return fail(
    `the organisation has no API version ${apiVersion}; it has ${versions.join(', ')}`,
    `Set SALESFORCE_API_VERSION to ${versions.at(-1)}.`,
  )
}

function limits(requests: { max: number; remaining: number } | undefined): Finding {
  const remedy =
    'Find out in Setup, Company Information, what uses the API requests up, or buy more. A longer BATCH_WAIT needs fewer.'
  if (requests === undefined) return warn('Salesforce does not say how many API requests are left', remedy)
  const { max, remaining } = requests
  const detail = `${remaining} of ${max} API requests of the day are left`
  if (remaining <= 0) return fail(detail, remedy)
  return remaining < max / 10 ? warn(detail, remedy) : ok(detail)
}

type Described = Map<string, Map<string, { writable: boolean; values?: string[] }>>

function describer(port: SalesforcePort, { fields }: SalesforceNeeds): () => Promise<Described> {
  return once(async () => {
    const objects = [...new Set(['Order', ...fields.map(({ object }) => object)])]
    return new Map(await Promise.all(objects.map(async (object) => [object, await port.fields(object)] as const)))
  })
}

const find = (described: Described, object: string, name: string) => described.get(object)?.get(name.toLowerCase())

function visible(described: Described, { fields }: SalesforceNeeds): Finding {
  const missing = fields.filter(({ object, name }) => find(described, object, name) === undefined)
  if (missing.length === 0) return ok(`all ${fields.length} fields of the mapping are there and can be read`)
  return fail(
    `not there, or not visible to this user: ${missing.map(({ object, name, key }) => `${object}.${name} (${key})`).join(', ')}`,
    `${MAPPING}; if it is there, give the integration user read access (field-level security).`,
  )
}

function writable(described: Described, { fields }: SalesforceNeeds): Finding {
  const written = fields.filter((field) => field.written)
  const locked = written.filter(({ object, name }) => find(described, object, name)?.writable === false)
  if (locked.length === 0) return ok(`the ${written.length} fields that Soapstone writes can be edited`)
  return fail(
    `this user may not edit ${locked.map(({ object, name }) => `${object}.${name}`).join(', ')}`,
    'Give the integration user edit access to these fields: by field-level security, and edit access to the object.',
  )
}

/** A picklist that is not restricted takes any value, and a text field has none. */
function picklists(described: Described, { values }: SalesforceNeeds): Finding {
  const wrong = values.flatMap(({ object, field, values: wanted, key }) => {
    const known = find(described, object, field)?.values
    const lacking = known === undefined ? [] : wanted.filter((value) => !known.includes(value))
    return lacking.length === 0
      ? []
      : [`${object}.${field} has no ${lacking.map((value) => `'${value}'`).join(', ')} (${key})`]
  })
  if (wrong.length === 0) return ok('the picklists have the values of the mapping')
  return fail(wrong.join('; '), `Add the values to the picklists, or name others in MAPPING_FILE.`)
}

function editActivated(permissions: Map<Permission, boolean>): Finding {
  if (permissions.get('PermissionsEditActivatedOrders')) return ok('the user has Edit Activated Orders')
  return fail(
    'the user lacks the permission Edit Activated Orders: once an order is activated, every update is refused',
    'Give it to the integration user by a permission set; Soapstone_Integration of soapstone package has it.',
  )
}

function sendsMessages(permissions: Map<Permission, boolean>): Finding {
  if (!permissions.get('PermissionsEnableNotifications')) return ok('the user may not send outbound messages')
  return fail(
    'the user has the permission Send Outbound Messages: each status that Soapstone writes sends the order again',
    "Take Send Outbound Messages out of the integration user's profile and permission sets.",
  )
}
