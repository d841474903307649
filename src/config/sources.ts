/** Where the text of a setting comes from: the environment, .env, a file that one of the two names, or the default. */
import { EMBEDDED } from './database-url.ts'
import { readSecretFile } from './secret-files.ts'
import type { Setting } from './setting.ts'
import { SETTINGS, type SettingName } from './settings.ts'

export type Variables = Record<string, string | undefined>

export interface Found {
  /** Absent: it is unset, or can't be read. */
  text?: string
  /** `environment`, `.env`, `default`, `unset`, or the setting that names a file, with the file. */
  source: string
  problem?: string
  warning?: string
}

// The table is a constant of our own: it has no other keys.
export const NAMES = Object.keys(SETTINGS) as SettingName[]

/** The settings that may name a file instead, by the names under which they do: `X_FILE` is `X`. */
const FILES = new Map<string, SettingName>(
  NAMES.filter((name) => settingOf(name).secret !== undefined).map((name) => [fileSetting(name), name]),
)

/** All names that mean something. */
export const KNOWN_NAMES: readonly string[] = [...NAMES, ...FILES.keys()]

/** The setting that a name is about: `X` of `X_FILE`. */
export function subjectOf(name: string): string {
  return FILES.get(name) ?? name
}

export function settingOf(name: SettingName): Setting<unknown> {
  return SETTINGS[name]
}

/** `environment` wins over `file`, the variables of a .env file. */
export function findText(name: SettingName, environment: Variables, file: Variables): Found {
  const { default: fallback, mayBeEmpty, secret } = settingOf(name)
  // An empty variable is how compose files say unset.
  const isSet = (value: string | undefined) => value !== undefined && (value !== '' || mayBeEmpty === true)
  const look = (wanted: string): { text: string; source: string } | undefined => {
    const [own, ofFile] = [environment[wanted], file[wanted]]
    if (own !== undefined && isSet(own)) return { text: own, source: 'environment' }
    return ofFile !== undefined && isSet(ofFile) ? { text: ofFile, source: '.env' } : undefined
  }
  const direct = look(name)
  const named = secret === undefined ? undefined : look(fileSetting(name))
  if (named === undefined) return direct ?? { source: 'unset', ...(fallback !== undefined && defaultOf(fallback)) }
  if (direct === undefined) return inFile(fileSetting(name), named.text)
  // Whichever of them won, somebody would look for his change in the other one.
  return { ...direct, problem: `${name} and ${fileSetting(name)} are both set: keep one of them` }
}

/** What `soapstone config` may show of it. */
export function mask(name: SettingName, text: string): string {
  if (settingOf(name).secret === true) return '(set)'
  if (!name.endsWith('_URL') || text === EMBEDDED) return text
  // What is no URL may be a password that went astray; one that isn't escaped may hold any character.
  if (!text.includes('://')) return '(set)'
  return text.replace(/:\/\/([^:@/]*):.*@/, '://$1:***@').replace(/([?&]\w*password=)[^&]*/gi, '$1***')
}

function fileSetting(name: string): string {
  return `${name}_FILE`
}

function defaultOf(text: string): Found {
  return { text, source: 'default' }
}

function inFile(setting: string, path: string): Found {
  const source = `${setting} (${path})`
  try {
    const { text, exposed } = readSecretFile(path)
    return {
      text,
      source,
      ...(exposed && { warning: `${setting} (${path}) may be read or changed by others: chmod 600` }),
    }
  } catch (error) {
    return { source, problem: `${setting} ${error instanceof Error ? error.message : error}` }
  }
}
