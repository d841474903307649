/** The settings as somebody may see them who helps: what can be neither a secret nor a person, and of the rest that it is set. */
import type { Shown } from './parse.ts'
import type { Setting } from './setting.ts'
import { SETTINGS, type SettingName } from './settings.ts'

/** Free texts that are neither: names of organisations and versions. */
const PLAIN = [
  'SALESFORCE_ORG_ID',
  'SALESFORCE_API_VERSION',
  'HOST',
  'ADMIN_HOST',
  'WHMCS_PAYMENT_METHOD',
  'PUBSUB_TOPICS',
]
/** Shown without user, password and query. */
const ADDRESSES = ['SALESFORCE_INSTANCE_URL', 'SALESFORCE_LOGIN_URL', 'PUBLIC_URL', 'ADMIN_URL', 'WHMCS_URL']

/** The settings as they were read, of one organisation. */
interface Read {
  shown: readonly Shown[]
  texts: { readonly [K in SettingName]?: string }
  parsed: { readonly [K in SettingName]?: unknown }
}

export function settingsForOthers(shown: readonly Shown[]): { name: string; source: string; value?: string }[] {
  return shown.map(({ name, value, source }) => {
    const seen = source === 'unset' ? undefined : visible(name, value, source)
    return { name, source, ...(seen !== undefined && { value: seen }) }
  })
}

function visible(name: Shown['name'], value: string, source: Shown['source']): string {
  const definition: Setting<unknown> = SETTINGS[name]
  if (definition.secret) return '(set)'
  if (ADDRESSES.includes(name)) return addressOf(value)
  // Numbers, durations and choices are bounded; what has none may hold anything.
  const bounded = definition.allowed !== undefined && /^(?:[\w.]+(?:, [\w.-]+)*|.* to .*)$/.test(definition.allowed)
  const plain = bounded || PLAIN.includes(name)
  // What does not fit may be something else that went astray.
  return source === 'default' || (plain && fits(value, definition)) ? value : '(set)'
}

function fits(value: string, { parse }: Setting<unknown>): boolean {
  try {
    parse(value)
    return true
  } catch {
    return false
  }
}

function addressOf(text: string): string {
  if (!URL.canParse(text)) return '(set)'
  const { protocol, host, pathname } = new URL(text)
  return `${protocol}//${host}${pathname}`
}

/** It may be told alone, too. */
function passwordOf(text: string): string[] {
  const { password } = URL.canParse(text) ? new URL(text) : { password: '' }
  return password === '' ? [] : [password, decodeURIComponent(password)]
}

/** The values that are not shown: they must be in no other text either. */
export function hiddenValues({ shown, texts, parsed }: Read): string[] {
  const seen = settingsForOthers(shown)
  return shown.flatMap(({ name }, i) => {
    // Of a list each is a secret of its own.
    const values = [texts[name], parsed[name]].flat().filter((value) => typeof value === 'string')
    return [...(seen[i]?.value === '(set)' ? values : []), ...values.flatMap(passwordOf)]
  })
}
