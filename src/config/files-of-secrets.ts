/** The files that hold secrets, as far as the settings, or the file of several organisations, name them. */
import { readOrganizations } from './organizations-file.ts'
import type { Setting } from './setting.ts'
import { SETTINGS } from './settings.ts'

type Variables = Record<string, string | undefined>

export interface FileOfSecrets {
  /** The name that says where it is. */
  setting: string
  path: string
}

const PRIVATE_KEYS = ['SALESFORCE_JWT_KEY_FILE', 'TLS_KEY_FILE']
const TABLE: [string, Setting<unknown>][] = Object.entries(SETTINGS)
const SECRETS = TABLE.filter(([name, { secret }]) => secret === true || name === 'DATABASE_URL')
const NAMES = [...SECRETS.map(([name]) => `${name}_FILE`), ...PRIVATE_KEYS]

/** `environment` wins over `file`, the variables of `.env`, which is such a file itself where there is one. */
export function filesOfSecrets(environment: Variables, file: Variables): FileOfSecrets[] {
  const named = NAMES.flatMap((setting) => {
    const path = environment[setting] || file[setting]
    return path ? [{ setting, path }] : []
  })
  const own = Object.keys(file).length > 0 ? [{ setting: '.env', path: '.env' }] : []
  return [...own, ...named, ...ofOrganizations({ ...file, ...environment })]
}

/** By the keys of the file: `ORGANIZATIONS_FILE acme: whmcs.secretFile`. */
function ofOrganizations(given: Variables): FileOfSecrets[] {
  const { ORGANIZATIONS_FILE: path } = given
  if (path === undefined || path === '') return []
  return readOrganizations(path, given).entries.flatMap(({ name, variables, keys }, i) =>
    [...keys].flatMap(([setting, key]) => {
      const named = NAMES.find((one) => one === setting || one === `${setting}_FILE`)
      const path = named && variables[named]
      return path ? [{ setting: `ORGANIZATIONS_FILE ${name ?? `organizations[${i}]`}: ${key}`, path }] : []
    }),
  )
}
