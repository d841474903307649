/** What single commands need of the settings, also where the rest is not set. */
import type { Mapping } from '../domain/mapping/mapping.ts'
import { DEFAULT_MAPPING } from './mapping/read.ts'
import { readOrganizations } from './organizations-file.ts'
import { parse, warningsOf } from './parse.ts'
import { readProxies } from './proxies.ts'
import type { Config } from './read.ts'
import type { SettingName } from './settings.ts'
import { KNOWN_NAMES, subjectOf, type Variables } from './sources.ts'
import { unknownNames } from './unknown-names.ts'

export interface LedgerConfig {
  url: string
  folder: string
  /** Commands keep to it where it is set. */
  organizationId: string | undefined
  /** What it takes to send a webhook's test. */
  webhooks: Pick<Config, 'WEBHOOK_ALLOW_PRIVATE' | 'WEBHOOK_TIMEOUT' | 'proxies'>
  warnings: string[]
}

const OF_THE_LEDGER: SettingName[] = [
  'DATABASE_URL',
  'DATA_FOLDER',
  'SALESFORCE_ORG_ID',
  'WEBHOOK_ALLOW_PRIVATE',
  'WEBHOOK_TIMEOUT',
]

/** What it takes to reach the ledger: enough for the admin's commands, wherever they run. */
export function readLedgerConfig(
  environment: Variables,
  file: Variables = {},
): { ledger?: LedgerConfig; problems: string[] } {
  const { parsed, missing, problems, warnings: ofFiles } = parse(OF_THE_LEDGER, environment, file)
  const { DATABASE_URL: url, DATA_FOLDER: folder, WEBHOOK_ALLOW_PRIVATE, WEBHOOK_TIMEOUT } = parsed
  const proxies = readProxies(environment, problems)
  const counting = [
    ...problems.filter((problem) => problem !== missing.SALESFORCE_ORG_ID),
    ...misspeltOf(OF_THE_LEDGER, environment, file),
  ]
  if (counting.length > 0 || url === undefined || folder === undefined) return { problems: counting }
  if (WEBHOOK_ALLOW_PRIVATE === undefined || WEBHOOK_TIMEOUT === undefined) return { problems: counting }
  const webhooks = { WEBHOOK_ALLOW_PRIVATE, WEBHOOK_TIMEOUT, proxies }
  const warnings = [...warningsOf(environment, file), ...ofFiles]
  return { ledger: { url, folder, organizationId: parsed.SALESFORCE_ORG_ID, webhooks, warnings }, problems: [] }
}

const TO_SEND: SettingName[] = [
  'SALESFORCE_ORG_ID',
  'SALESFORCE_INSTANCE_URL',
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'TLS_CERT_FILE',
  'OUTBOUND_MESSAGE_KEY',
  'WSDL_FOLDER',
]

export type SendConfig = Pick<
  Config,
  'SALESFORCE_ORG_ID' | 'HOST' | 'PORT' | 'PUBLIC_URL' | 'TLS_CERT_FILE' | 'OUTBOUND_MESSAGE_KEY' | 'WSDL_FOLDER'
> & {
  SALESFORCE_INSTANCE_URL: string | undefined
}

/** What it takes to send a message as Salesforce would, also from a machine that knows nothing but the organisation. */
export function readSendConfig(
  environment: Variables,
  file: Variables = {},
): { config?: SendConfig; problems: string[] } {
  const { parsed, missing, problems } = parse(TO_SEND, ...asFirst(environment, file))
  const { SALESFORCE_ORG_ID, SALESFORCE_INSTANCE_URL, HOST, PORT } = parsed
  const counting = problems.filter((problem) => problem !== missing.SALESFORCE_INSTANCE_URL)
  if (counting.length > 0 || SALESFORCE_ORG_ID === undefined || HOST === undefined || PORT === undefined) {
    return { problems: counting }
  }
  const { PUBLIC_URL, TLS_CERT_FILE, OUTBOUND_MESSAGE_KEY, WSDL_FOLDER } = parsed
  const own = { SALESFORCE_ORG_ID, SALESFORCE_INSTANCE_URL, HOST, PORT }
  return { config: { ...own, PUBLIC_URL, TLS_CERT_FILE, OUTBOUND_MESSAGE_KEY, WSDL_FOLDER }, problems: [] }
}

/** Where there are several organisations: as the first of them has it. */
function asFirst(environment: Variables, file: Variables): [Variables, Variables] {
  const given = { ...file, ...environment }
  const { ORGANIZATIONS_FILE: path } = given
  if (path === undefined || path === '') return [environment, file]
  const [first] = readOrganizations(path, given).entries
  return [{ ...environment, ...first?.variables }, file]
}

export type LinkConfig = Pick<Config, 'HOST' | 'PORT' | 'PUBLIC_URL'> & { PORTAL_LINK_SECRET: string }

/** What it takes to make a link to the status of an order. */
export function readLinkConfig(
  environment: Variables,
  file: Variables = {},
): { config?: LinkConfig; problems: string[] } {
  const { parsed, problems } = parse(['HOST', 'PORT', 'PUBLIC_URL', 'PORTAL_LINK_SECRET'], environment, file)
  const { HOST, PORT, PUBLIC_URL, PORTAL_LINK_SECRET } = parsed
  if (problems.length > 0 || HOST === undefined || PORT === undefined) return { problems }
  if (PORTAL_LINK_SECRET === undefined) return { problems: ['PORTAL_LINK_SECRET is unset: links are signed with it'] }
  return { config: { HOST, PORT, PUBLIC_URL, PORTAL_LINK_SECRET }, problems: [] }
}

export interface PackageConfig {
  url: string
  mapping: Mapping
  /** The folder of the contracts, where the settings name one. */
  wsdl: string | undefined
  /** Senders must give a key. */
  keyed: boolean
  /** The user that Soapstone runs as, where the settings say it. */
  user: string | undefined
}

/** What it takes to write the package for Salesforce: enough before the rest is set. */
export function readPackageConfig(
  environment: Variables,
  file: Variables = {},
): { config?: PackageConfig; problems: string[] } {
  const { parsed, problems } = parse(OF_THE_PACKAGE, environment, file)
  const { PUBLIC_URL: url, MAPPING_FILE: mapping, WSDL_FOLDER: wsdl, SALESFORCE_JWT_USERNAME: user } = parsed
  const misspelt = misspeltOf(OF_THE_PACKAGE, environment, file)
  if (problems.length > 0 || misspelt.length > 0) return { problems: [...problems, ...misspelt] }
  if (url === undefined) return { problems: ['PUBLIC_URL is unset: it is where Salesforce will send to'] }
  const keyed = parsed.OUTBOUND_MESSAGE_KEY !== undefined
  return { config: { url, mapping: mapping ?? DEFAULT_MAPPING, wsdl, keyed, user }, problems: [] }
}

const OF_THE_PACKAGE: SettingName[] = [
  'PUBLIC_URL',
  'MAPPING_FILE',
  'WSDL_FOLDER',
  'OUTBOUND_MESSAGE_KEY',
  'SALESFORCE_JWT_USERNAME',
]

/** Problems with misspelt names that are meant for one of these settings. */
function misspeltOf(names: SettingName[], environment: Variables, file: Variables): string[] {
  return unknownNames(KNOWN_NAMES, environment, file)
    .filter(({ suggestion }) => names.some((name) => suggestion !== undefined && name === subjectOf(suggestion)))
    .map(({ problem }) => problem)
}
