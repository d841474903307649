/**
 * The settings' texts become the Config; from the same table come `soapstone config` and the README. All problems are
 * reported at once.
 */
import type { Mapping } from '../domain/mapping/mapping.ts'
import { checkAlerts } from './alerts.ts'
import { hiddenValues } from './for-others.ts'
import { type IdentityProvider, readIdentityProvider } from './identity-provider.ts'
import { DEFAULT_MAPPING } from './mapping/read.ts'
import { type OAuthConfig, readOAuth } from './oauth.ts'
import { keyOf, type OrganizationEntries, readOrganizations } from './organizations-file.ts'
import { parse, type Shown, warningsOf } from './parse.ts'
import { type Proxies, readProxies } from './proxies.ts'
import type { Given, SettingName } from './settings.ts'
import { KNOWN_NAMES, NAMES, subjectOf, type Variables } from './sources.ts'
import { checkTransport, expiries } from './transport.ts'
import { unknownNames } from './unknown-names.ts'

/** The values by the names of their settings; what has no default and isn't required may be undefined. */
export type Config = OneConfig & {
  /** Each organisation's: the first is this one. */
  readonly organizations: readonly { name: string | undefined; config: OneConfig }[]
}

/** The settings as one organisation has them. */
export type OneConfig = { readonly [K in SettingName]: Given<K> } & {
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
  shown: Shown[]
  /** What must be in no text that others see: secrets, and all that may hold one. A function: nobody prints it by mistake. */
  hidden(): string[]
}

/** `environment` wins over `file`, the variables of a .env file. */
export function readConfig(environment: Variables, file: Variables = {}): ReadConfig {
  const given = { ...file, ...environment }
  const path = given.ORGANIZATIONS_FILE
  if (path === undefined || path === '') {
    const { config: one, ...read } = readOne(environment, file, KNOWN_NAMES)
    const config = withOrganizations(one === undefined ? [] : [{ name: undefined, config: one }])
    return { ...read, ...(config && { config }) }
  }
  return readSeveral(readOrganizations(path, given), environment, file)
}

function withOrganizations(organizations: { name: string | undefined; config: OneConfig }[]): Config | undefined {
  const [first] = organizations
  return first && Object.freeze({ ...first.config, organizations })
}

/** Each organisation by all rules of the settings; what is wrong is said by the keys of its entry. */
function readSeveral(
  { entries, secretNames, problems: ofFile }: OrganizationEntries,
  environment: Variables,
  file: Variables,
): ReadConfig {
  const known = [...KNOWN_NAMES, ...secretNames]
  const reads = entries.map(({ variables, ...entry }) => ({
    ...entry,
    read: readOne({ ...environment, ...variables }, file, known),
  }))
  const problems = reads.flatMap(({ name, keys, read }, i) =>
    read.problems.map((problem) => inTermsOf(keys, problem, name ?? `organizations[${i}]`)),
  )
  const all = [...new Set([...ofFile, ...problems])]
  const warnings = [...new Set(reads.flatMap(({ read }) => read.warnings))]
  // Where the file is broken, what is set beside it is shown and hidden all the same.
  const [first = readOne(environment, file, known), ...others] = reads.map(({ read }) => read)
  const hidden = () => [first, ...others].flatMap((read) => read.hidden())
  const found = reads.flatMap(({ name, read: { config } }) => (config === undefined ? [] : [{ name, config }]))
  const config = all.length === 0 ? withOrganizations(found) : undefined
  return { ...(config && { config }), problems: all, warnings, shown: first.shown, hidden }
}

/** A problem of a setting that the entry says, or should say. The others are of all organisations. */
function inTermsOf(keys: ReadonlyMap<string, string>, problem: string, name: string): string {
  const [setting = ''] = /^[A-Z_]+/.exec(problem) ?? []
  const own = keys.get(setting) ?? keys.get(subjectOf(setting)) ?? keyOf(setting)
  return own === undefined ? problem : `ORGANIZATIONS_FILE ${name}: ${own}${problem.slice(setting.length)}`
}

/** `known`: names that are no typing errors. */
function readOne(
  environment: Variables,
  file: Variables,
  known: readonly string[],
): Omit<ReadConfig, 'config'> & { config?: OneConfig } {
  const { parsed, texts, problems, warnings: ofFiles, shown } = parse(NAMES, environment, file)
  const hidden = () => hiddenValues({ shown, texts, parsed })
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
  problems.push(...unknownNames(known, environment, file).map(({ problem }) => problem))
  const proxies = readProxies(environment, problems)
  const warnings = [...warningsOf(environment, file), ...ofFiles, ...expiries(parsed, new Date())]
  if (problems.length > 0) return { problems, warnings, shown, hidden }
  const mapping = parsed.MAPPING_FILE ?? DEFAULT_MAPPING
  return {
    config: Object.freeze({ ...parsed, oauth, identityProvider, mapping, proxies }) as OneConfig,
    problems,
    warnings,
    shown,
    hidden,
  }
}
