/** The files that hold secrets, as far as the settings name them. */
import type { Setting } from './setting.ts'
import { SETTINGS } from './settings.ts'

type Variables = Record<string, string | undefined>

export interface FileOfSecrets {
  /** The name that says where it is. */
  setting: string
  path: string
}

const PRIVATE_KEYS = ['SALESFORCE_JWT_KEY_FILE', 'TLS_KEY_FILE']

/** `environment` wins over `file`, the variables of `.env`, which is such a file itself where there is one. */
export function filesOfSecrets(environment: Variables, file: Variables): FileOfSecrets[] {
  const table: [string, Setting<unknown>][] = Object.entries(SETTINGS)
  const secrets = table.filter(([name, { secret }]) => secret === true || name === 'DATABASE_URL')
  const names = [...secrets.map(([name]) => `${name}_FILE`), ...PRIVATE_KEYS]
  const named = names.flatMap((setting) => {
    const path = environment[setting] || file[setting]
    return path ? [{ setting, path }] : []
  })
  return Object.keys(file).length > 0 ? [{ setting: '.env', path: '.env' }, ...named] : named
}
