/**
 * The file of several organisations. Each of its entries becomes variables under the names of the settings that describe
 * one, so that all rules of those hold for it, too.
 */
import { isObject } from '../runtime/is-object.ts'
import { readText } from './files.ts'
import type { Variables } from './sources.ts'

export interface OrganizationEntry {
  /** Undefined: it is called by its instance. */
  name: string | undefined
  /** Of the settings that describe one organisation. */
  variables: Variables
  /** Where each setting is said in the file: `whmcs.url`. */
  keys: ReadonlyMap<string, string>
}

export interface OrganizationEntries {
  entries: OrganizationEntry[]
  /** Variables of the environment that hold secrets of organisations. */
  secretNames: string[]
  problems: string[]
}

/** The settings, by the keys of the file that say the same. */
const PLAIN: Record<string, string> = {
  id: 'SALESFORCE_ORG_ID',
  instanceUrl: 'SALESFORCE_INSTANCE_URL',
  loginUrl: 'SALESFORCE_LOGIN_URL',
  apiVersion: 'SALESFORCE_API_VERSION',
  clientId: 'SALESFORCE_CLIENT_ID',
  jwtUsername: 'SALESFORCE_JWT_USERNAME',
  jwtKeyFile: 'SALESFORCE_JWT_KEY_FILE',
  mappingFile: 'MAPPING_FILE',
  sweepCondition: 'SWEEP_CONDITION',
  'whmcs.url': 'WHMCS_URL',
  'whmcs.identifier': 'WHMCS_IDENTIFIER',
  'whmcs.paymentMethod': 'WHMCS_PAYMENT_METHOD',
  'whmcs.invoices': 'WHMCS_INVOICES',
  'whmcs.mails': 'WHMCS_MAILS',
  'whmcs.autosetup': 'WHMCS_AUTOSETUP',
  'whmcs.marker': 'WHMCS_MARKER',
  'whmcs.settleSeconds': 'WHMCS_SETTLE_SECONDS',
}
/** Never in the file itself: `<key>Env` names a variable that has it, `<key>File` a file. */
const SECRET: Record<string, string> = {
  clientSecret: 'SALESFORCE_CLIENT_SECRET',
  webhookSecret: 'SF_WEBHOOK_SECRET',
  'whmcs.secret': 'WHMCS_SECRET',
  'whmcs.accessKey': 'WHMCS_ACCESS_KEY',
}
const NAMED: Record<string, string> = { ...SECRET, 'whmcs.identifier': 'WHMCS_IDENTIFIER' }
const KEYS = [
  'name',
  ...Object.keys(PLAIN),
  ...Object.keys(NAMED).map((key) => `${key}Env`),
  ...Object.keys(SECRET).map((key) => `${key}File`),
]

/** They say who an organisation is: beside the file they would be of none. */
const OF_ONE = [
  ...['SALESFORCE_ORG_ID', 'SALESFORCE_INSTANCE_URL', 'SALESFORCE_LOGIN_URL', 'SALESFORCE_CLIENT_ID'],
  ...['SALESFORCE_CLIENT_SECRET', 'SALESFORCE_JWT_USERNAME', 'SALESFORCE_JWT_KEY_FILE', 'SF_WEBHOOK_SECRET'],
  ...['WHMCS_URL', 'WHMCS_IDENTIFIER', 'WHMCS_SECRET', 'WHMCS_ACCESS_KEY'],
].flatMap((name) => [name, `${name}_FILE`])

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

/** How the file says that setting. Undefined: it is one of all organisations. */
export function keyOf(setting: string): string | undefined {
  if (!OF_ONE.includes(setting)) return undefined
  const [plain] = Object.entries(PLAIN).find(([, name]) => name === setting) ?? []
  const [secret] = Object.entries(NAMED).find(([, name]) => name === setting) ?? []
  return plain ?? (secret && `${secret}Env`)
}

/** Reads the file. `given`: the settings beside it, by where they are from. */
export function readOrganizations(path: string, given: Variables): OrganizationEntries {
  const problems = OF_ONE.filter((name) => given[name] !== undefined && given[name] !== '').map(
    (name) => `${name} describes one organisation: with ORGANIZATIONS_FILE say it there`,
  )
  const read: OrganizationEntries = { entries: [], secretNames: [], problems }
  let file: unknown
  try {
    file = JSON.parse(readText(path).replace(/^\uFEFF/, ''))
  } catch (error) {
    problems.push(
      `ORGANIZATIONS_FILE ${error instanceof SyntaxError ? `(${path}) is no JSON: ${error.message}` : messageOf(error)}`,
    )
    return read
  }
  const all = Object(file).organizations
  if (!Array.isArray(all) || all.length === 0) {
    problems.push(`ORGANIZATIONS_FILE (${path}) has no list "organizations" with at least one of them`)
    return read
  }
  for (const [i, one] of all.entries()) addEntry(one, `organizations[${i}]`, given, read)
  for (const key of ['name', 'SALESFORCE_ORG_ID'] as const) problems.push(...twice(read.entries, key))
  return read
}

function addEntry(one: unknown, where: string, given: Variables, read: OrganizationEntries): void {
  const { problems } = read
  if (!isObject(one)) {
    problems.push(`ORGANIZATIONS_FILE ${where} is not an object`)
    return
  }
  const values = flat(one)
  const variables: Variables = {}
  const keys = new Map<string, string>()
  for (const [key, value] of Object.entries(values)) {
    const problem = take(key, value, { given, variables, keys, secretNames: read.secretNames })
    if (problem !== undefined) problems.push(`ORGANIZATIONS_FILE ${where}.${key} ${problem}`)
  }
  const { name } = values
  read.entries.push({ name: typeof name === 'string' ? name : undefined, variables, keys })
}

interface Taking {
  given: Variables
  variables: Variables
  keys: Map<string, string>
  secretNames: string[]
}

/** Returns what is wrong with it. */
function take(key: string, value: unknown, { given, variables, keys, secretNames }: Taking): string | undefined {
  if (!KEYS.includes(key)) {
    const secret = SECRET[key] === undefined ? '' : `: a secret is not written here: use ${key}Env or ${key}File`
    return `is not a key${secret || `: there are ${KEYS.join(', ')}`}`
  }
  if (typeof value !== 'string' && typeof value !== 'number') return 'is not a text'
  const text = String(value)
  if (key === 'name') return NAME.test(text) ? undefined : 'is not a name of letters, digits, dots, dashes'
  const plain = PLAIN[key]
  if (plain !== undefined) {
    variables[plain] = text
    keys.set(plain, key)
    return undefined
  }
  const [, base = '', how] = /^(.*)(Env|File)$/.exec(key) ?? []
  const setting = NAMED[base]
  if (setting === undefined) return 'is not a key'
  keys.set(setting, key)
  if (how === 'File') {
    variables[`${setting}_FILE`] = text
    return undefined
  }
  secretNames.push(text)
  const secret = given[text]
  if (secret === undefined || secret === '') return `names the variable ${text}, which is not set`
  variables[setting] = secret
  return undefined
}

/** `{"whmcs": {"url": …}}` -> `{"whmcs.url": …}`. */
function flat(one: Record<string, unknown>): Record<string, unknown> {
  const { whmcs, ...rest } = one
  if (!isObject(whmcs)) return whmcs === undefined ? rest : { ...rest, whmcs }
  return { ...rest, ...Object.fromEntries(Object.entries(whmcs).map(([key, value]) => [`whmcs.${key}`, value])) }
}

function twice(entries: OrganizationEntry[], key: 'name' | 'SALESFORCE_ORG_ID'): string[] {
  const values = entries.map(({ name, variables }) => (key === 'name' ? name : variables[key]?.slice(0, 15)))
  const doubled = values.filter((value, i) => value !== undefined && values.indexOf(value) !== i)
  return [...new Set(doubled)].map((value) => `ORGANIZATIONS_FILE has ${value} twice`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
