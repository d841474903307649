/** Texts become values, by the table of settings. Everything that is wrong with them is said at once. */
import type { SettingName, Value } from './settings.ts'
import { findText, mask, settingOf, type Variables } from './sources.ts'
import { readWarnings } from './warnings.ts'

type Parsed = { [K in SettingName]?: Value<K> }

/** For `soapstone config`: what is in force, where it comes from, and what it may be. */
export interface Shown {
  name: SettingName
  value: string
  /** `environment`, `.env`, `default`, `unset`, or the setting that names a file, with the file. */
  source: string
  allowed: string | undefined
}

/** Each keeps strangers from sending outbound messages. */
const GUARDS: SettingName[] = ['OUTBOUND_MESSAGE_KEY', 'TLS_CLIENT_CA_FILE', 'OUTBOUND_MESSAGE_IP_ALLOWLIST']
const LISTS = ['OUTBOUND_MESSAGE_IP_ALLOWLIST', 'SF_WEBHOOK_IP_ALLOWLIST'] as const

/** What works, and should not be left like that. */
export function warningsOf(environment: Variables, file: Variables): string[] {
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

export function parse(names: SettingName[], environment: Variables, file: Variables) {
  const problems: string[] = []
  const warnings: string[] = []
  const missing: { [K in SettingName]?: string } = {}
  const values: Record<string, unknown> = {}
  const texts: { [K in SettingName]?: string } = {}
  const shown: Shown[] = []
  for (const name of names) {
    const { required, meaning, allowed, parse: read } = settingOf(name)
    const { text, source, problem, warning } = findText(name, environment, file)
    shown.push({ name, value: text === undefined ? '' : mask(name, text), source, allowed })
    if (text !== undefined) texts[name] = text
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
  return { parsed: values as Parsed, texts, missing, problems, warnings, shown }
}
