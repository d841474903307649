/**
 * The settings' texts become the Config; from the same table come `soapstone config` and the README. All problems are
 * reported at once.
 */
import type { Mapping } from '../domain/mapping/mapping.ts'
import { checkAlerts } from './alerts.ts'
import { type IdentityProvider, readIdentityProvider } from './identity-provider.ts'
import { DEFAULT_MAPPING } from './mapping/read.ts'
import { type OAuthConfig, readOAuth } from './oauth.ts'
import { type Proxies, readProxies } from './proxies.ts'
import type { Given, SettingName, Value } from './settings.ts'
import { findText, KNOWN_NAMES, mask, NAMES, settingOf, subjectOf, type Variables } from './sources.ts'
import { checkTransport, expiries } from './transport.ts'
import { unknownNames } from './unknown-names.ts'
import { readWarnings } from './warnings.ts'

/** The values by the names of their settings; what has no default and isn't required may be undefined. */
export type Config = { readonly [K in SettingName]: Given<K> } & {
  readonly oauth: OAuthConfig
  readonly identityProvider: IdentityProvider | undefined
  readonly mapping: Mapping
  readonly proxies: Proxies
}

export interface ReadConfig {
  /** Absent when there are problems. */
  config?: Config
  problems: string[]
  /** What works, and should not be left like that. */
  warnings: string[]
  /** For `soapstone config`: what is in force, where it comes from, and what it may be. */
  shown: {
    name: SettingName
    value: string
    /** `environment`, `.env`, `default`, `unset`, or the setting that names a file, with the file. */
    source: string
    allowed: string | undefined
  }[]
}

type Parsed = { [K in SettingName]?: Value<K> }

/** `environment` wins over `file`, the variables of a .env file. */
export function readConfig(environment: Variables, file: Variables = {}): ReadConfig {
  const { parsed, problems, warnings: ofFiles, shown } = parse(NAMES, environment, file)
  const oauth = readOAuth(parsed, problems)
  checkAlerts(parsed, problems)
  const identityProvider = readIdentityProvider(parsed, problems)
  const aboutLogin = /^(?:SESSION_KEY|SALESFORCE_(?:CLIENT|JWT))/
  if (!oauth && parsed.SESSION_KEY === undefined && !problems.some((problem) => aboutLogin.test(problem))) {
    problems.push(
      'SESSION_KEY is unset and so is OAuth: set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET (since February 2026 Salesforce sends no sessions)',
    )
  }
  if (!oauth && parsed.PUBSUB_TOPICS !== undefined && !problems.some((problem) => aboutLogin.test(problem))) {
    problems.push(
      'PUBSUB_TOPICS needs OAuth: set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET, or the JWT settings',
    )
  }
  checkTransport(parsed, problems)
  problems.push(...unknownNames(KNOWN_NAMES, environment, file).map(({ problem }) => problem))
  const proxies = readProxies(environment, problems)
  const warnings = [...warningsOf(environment, file), ...ofFiles, ...expiries(parsed, new Date())]
  if (problems.length > 0) return { problems, warnings, shown }
  const mapping = parsed.MAPPING_FILE ?? DEFAULT_MAPPING
  return {
    config: Object.freeze({ ...parsed, oauth, identityProvider, mapping, proxies }) as Config,
    problems,
    warnings,
    shown,
  }
}

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
  const { parsed, missing, problems } = parse(TO_SEND, environment, file)
  const { SALESFORCE_ORG_ID, SALESFORCE_INSTANCE_URL, HOST, PORT } = parsed
  const counting = problems.filter((problem) => problem !== missing.SALESFORCE_INSTANCE_URL)
  if (counting.length > 0 || SALESFORCE_ORG_ID === undefined || HOST === undefined || PORT === undefined) {
    return { problems: counting }
  }
  const { PUBLIC_URL, TLS_CERT_FILE, OUTBOUND_MESSAGE_KEY, WSDL_FOLDER } = parsed
  const own = { SALESFORCE_ORG_ID, SALESFORCE_INSTANCE_URL, HOST, PORT }
  return { config: { ...own, PUBLIC_URL, TLS_CERT_FILE, OUTBOUND_MESSAGE_KEY, WSDL_FOLDER }, problems: [] }
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

/** Each keeps strangers from sending outbound messages. */
const GUARDS: SettingName[] = ['OUTBOUND_MESSAGE_KEY', 'TLS_CLIENT_CA_FILE', 'OUTBOUND_MESSAGE_IP_ALLOWLIST']
const LISTS = ['OUTBOUND_MESSAGE_IP_ALLOWLIST', 'SF_WEBHOOK_IP_ALLOWLIST'] as const

function warningsOf(environment: Variables, file: Variables): string[] {
  const names: SettingName[] = ['HOST', 'PUBLIC_URL', 'SF_WEBHOOK_SECRET', 'PORTAL_LINK_SECRET', ...GUARDS, ...LISTS]
  const { parsed, shown } = parse(names, environment, file)
  const guarded = shown.some(({ name, source }) => GUARDS.includes(name) && source !== 'unset')
  const { SF_WEBHOOK_SECRET = [], PORTAL_LINK_SECRET } = parsed
  return readWarnings({
    host: parsed.HOST,
    publicUrl: parsed.PUBLIC_URL,
    guarded,
    openLists: LISTS.filter((name) => parsed[name]?.everybody),
    secrets: { SF_WEBHOOK_SECRET, PORTAL_LINK_SECRET: PORTAL_LINK_SECRET === undefined ? [] : [PORTAL_LINK_SECRET] },
  })
}

function parse(names: SettingName[], environment: Variables, file: Variables) {
  const problems: string[] = []
  const warnings: string[] = []
  const missing: { [K in SettingName]?: string } = {}
  const values: Record<string, unknown> = {}
  const shown: ReadConfig['shown'] = []
  for (const name of names) {
    const { required, meaning, allowed, parse: read } = settingOf(name)
    const { text, source, problem, warning } = findText(name, environment, file)
    shown.push({ name, value: text === undefined ? '' : mask(name, text), source, allowed })
    if (warning !== undefined) warnings.push(warning)
    if (problem !== undefined) problems.push(problem)
    else if (text !== undefined) {
      try {
        values[name] = read(text)
      } catch (error) {
        problems.push(`${name} ${error instanceof Error ? error.message : error}`)
      }
    } else if (required) {
      missing[name] = `${name} is required: ${meaning}`
      problems.push(missing[name])
    }
  }
  // The values have just been made by the table's own parsers.
  return { parsed: values as Parsed, missing, problems, warnings, shown }
}
