/**
 * The settings' texts become the Config; from the same table come `soapstone config` and the README. All problems are
 * reported at once.
 */
import type { KeyObject } from 'node:crypto'
import type { Mapping } from '../domain/mapping.ts'
import { DEFAULT_MAPPING } from './mapping.ts'
import { type Given, SETTINGS, type Setting, type SettingName, type Value } from './settings.ts'

/** The values by the names of their settings; what has no default and isn't required may be undefined. */
export type Config = { readonly [K in SettingName]: Given<K> } & {
  readonly oauth: OAuthConfig
  readonly mapping: Mapping
}

type OAuthConfig =
  | { flow: 'client-credentials'; clientId: string; clientSecret: string }
  | { flow: 'jwt-bearer'; clientId: string; username: string; key: KeyObject }
  | undefined

export interface ReadConfig {
  /** Absent when there are problems. */
  config?: Config
  problems: string[]
  /** For `soapstone config`: what is in force and where it comes from. */
  shown: { name: SettingName; value: string; source: 'environment' | '.env' | 'default' | 'unset' }[]
}

type Variables = Record<string, string | undefined>

/** `environment` wins over `file`, the variables of a .env file. */
export function readConfig(environment: Variables, file: Variables = {}): ReadConfig {
  const { parsed, problems, shown } = parse(Object.keys(SETTINGS) as SettingName[], environment, file)
  const oauth = readOAuth(parsed, problems)
  const aboutLogin = /^(?:SESSION_KEY|SALESFORCE_(?:CLIENT|JWT))/
  if (!oauth && parsed.SESSION_KEY === undefined && !problems.some((problem) => aboutLogin.test(problem))) {
    problems.push(
      'SESSION_KEY is unset and so is OAuth: set SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET (since February 2026 Salesforce sends no sessions)',
    )
  }
  if (problems.length > 0) return { problems, shown }
  const mapping = parsed.MAPPING_FILE ?? DEFAULT_MAPPING
  return { config: Object.freeze({ ...parsed, oauth, mapping }) as Config, problems, shown }
}

/** What it takes to reach the ledger: enough for the admin's commands, wherever they run. */
export function readLedgerConfig(environment: Variables, file: Variables = {}) {
  const { parsed, problems } = parse(['DATABASE_URL', 'DATA_FOLDER', 'SALESFORCE_ORG_ID'], environment, file)
  const { DATABASE_URL: url, DATA_FOLDER: folder = '.soapstone', SALESFORCE_ORG_ID: organizationId } = parsed
  const missing = SETTINGS.SALESFORCE_ORG_ID.meaning
  return { ledger: { url, folder, organizationId }, problems: problems.filter((problem) => !problem.includes(missing)) }
}

function parse(names: SettingName[], environment: Variables, file: Variables) {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  const shown: ReadConfig['shown'] = []
  for (const name of names) {
    const definition: Setting<unknown> = SETTINGS[name]
    const [text, source] = find(name, environment, file, definition.default)
    shown.push({ name, value: text === undefined ? '' : mask(name, text, definition), source })
    if (text === undefined) {
      if (definition.required) problems.push(`${name} is required: ${definition.meaning}`)
      continue
    }
    try {
      values[name] = definition.parse(text)
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : error}`)
    }
  }
  // The values have just been made by the table's own parsers.
  return { parsed: values as { [K in SettingName]?: Value<K> }, problems, shown }
}

function find(
  name: string,
  environment: Variables,
  file: Variables,
  fallback: string | undefined,
): [string | undefined, ReadConfig['shown'][number]['source']] {
  // An empty variable is how compose files say unset.
  if (environment[name]) return [environment[name], 'environment']
  if (file[name]) return [file[name], '.env']
  return fallback === undefined ? [undefined, 'unset'] : [fallback, 'default']
}

function mask(name: string, text: string, definition: Setting<unknown>): string {
  if (definition.secret) return '(set)'
  if (!name.endsWith('_URL')) return text
  // What is no URL may be a password that went astray; one that isn't escaped may hold any character.
  if (!text.includes('://')) return '(set)'
  return text.replace(/:\/\/([^:@/]*):.*@/, '://$1:***@').replace(/([?&]\w*password=)[^&]*/gi, '$1***')
}

function readOAuth(parsed: { [K in SettingName]?: Value<K> }, problems: string[]): OAuthConfig {
  const { SALESFORCE_CLIENT_ID: clientId, SALESFORCE_CLIENT_SECRET: clientSecret } = parsed
  const { SALESFORCE_JWT_USERNAME: username, SALESFORCE_JWT_KEY_FILE: key } = parsed
  const jwt = username !== undefined || key !== undefined
  if (clientId === undefined) {
    if (clientSecret !== undefined || jwt) problems.push('SALESFORCE_CLIENT_ID is unset, but its secret or JWT is set')
    return undefined
  }
  if (clientSecret !== undefined && jwt) {
    problems.push('SALESFORCE_CLIENT_SECRET and SALESFORCE_JWT_... are both set: choose one flow')
    return undefined
  }
  if (clientSecret !== undefined) return { flow: 'client-credentials', clientId, clientSecret }
  if (username !== undefined && key !== undefined) return { flow: 'jwt-bearer', clientId, username, key }
  problems.push(
    jwt
      ? 'SALESFORCE_JWT_USERNAME and SALESFORCE_JWT_KEY_FILE go together'
      : 'SALESFORCE_CLIENT_ID is set without SALESFORCE_CLIENT_SECRET or SALESFORCE_JWT_USERNAME and _KEY_FILE',
  )
  return undefined
}
