/** The identity provider that the settings describe: whole, or none. */
import { secureUrl } from './urls.ts'

/** What a person may: `status` is for portals. */
const SCOPES = ['read', 'operate', 'admin'] as const
type PageScope = (typeof SCOPES)[number]

/** By group; one may have several. */
export type GroupScopes = readonly { group: string; scope: PageScope }[]

export interface IdentityProvider {
  issuer: string
  clientId: string
  clientSecret: string
  groups: GroupScopes
}

interface SignInSettings {
  OIDC_ISSUER?: string | undefined
  OIDC_CLIENT_ID?: string | undefined
  OIDC_CLIENT_SECRET?: string | undefined
  OIDC_SCOPES?: GroupScopes | undefined
}

/** Adds to the problems what is wrong with them. */
export function readIdentityProvider(settings: SignInSettings, problems: string[]): IdentityProvider | undefined {
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    OIDC_SCOPES: groups,
  } = settings
  const given = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_SCOPES: groups }
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (missing.length === Object.keys(given).length) return undefined
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined && groups !== undefined) {
    return { issuer, clientId, clientSecret, groups }
  }
  // What is set and wrong is a problem already.
  const unset = missing.filter((name) => !problems.some((problem) => problem.startsWith(`${name} `)))
  if (unset.length > 0) problems.push(`${unset.join(', ')} must be set, too: the settings OIDC_... go together`)
  return undefined
}

/** Also the issuer on the own machine has to speak TLS: who may be whom is decided there. */
export function issuerUrl(text: string): string {
  secureUrl(text)
  if (new URL(text).protocol !== 'https:') throw new Error('must be https')
  return text
}

export const GROUP_SCOPES = {
  allowed: `group=scope, several separated by commas; scopes are ${SCOPES.join(', ')}`,
  parse(text: string): GroupScopes {
    return text.split(',').map((part) => {
      const [, group, name] = /^\s*(.*\S)\s*=\s*(\w+)\s*$/.exec(part) ?? []
      const scope = SCOPES.find((one) => one === name)
      if (group === undefined) throw new Error(`has '${part.trim()}', which is not group=scope`)
      if (scope === undefined)
        throw new Error(`gives ${group} the scope '${name}', which is none of ${SCOPES.join(', ')}`)
      return { group, scope }
    })
  },
}
