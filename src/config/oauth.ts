/** The login that the settings describe: one flow of OAuth, whole, or none. */
import type { KeyObject } from 'node:crypto'
import { isLoginHost } from './urls.ts'

export type OAuthConfig =
  | { flow: 'client-credentials'; clientId: string; clientSecret: string }
  | { flow: 'jwt-bearer'; clientId: string; username: string; key: KeyObject }
  | undefined

interface OAuthSettings {
  SALESFORCE_CLIENT_ID?: string | undefined
  SALESFORCE_CLIENT_SECRET?: string | undefined
  SALESFORCE_JWT_USERNAME?: string | undefined
  SALESFORCE_JWT_KEY_FILE?: KeyObject | undefined
  SALESFORCE_LOGIN_URL?: string | undefined
}

/** Adds to the problems what is wrong with them. */
export function readOAuth(settings: OAuthSettings, problems: string[]): OAuthConfig {
  const { SALESFORCE_CLIENT_ID: clientId, SALESFORCE_CLIENT_SECRET: clientSecret } = settings
  const { SALESFORCE_JWT_USERNAME: username, SALESFORCE_JWT_KEY_FILE: key } = settings
  const jwt = username !== undefined || key !== undefined
  if (clientId === undefined) {
    if (clientSecret !== undefined || jwt) problems.push('SALESFORCE_CLIENT_ID is unset, but its secret or JWT is set')
    return undefined
  }
  if (clientSecret !== undefined && jwt) {
    problems.push('SALESFORCE_CLIENT_SECRET and SALESFORCE_JWT_... are both set: choose one flow')
    return undefined
  }
  if (clientSecret !== undefined) {
    if (settings.SALESFORCE_LOGIN_URL !== undefined && isLoginHost(settings.SALESFORCE_LOGIN_URL)) {
      problems.push(
        'SALESFORCE_LOGIN_URL does not go with client credentials, which log in at My Domain only: leave it unset',
      )
    }
    return { flow: 'client-credentials', clientId, clientSecret }
  }
  if (username !== undefined && key !== undefined) return { flow: 'jwt-bearer', clientId, username, key }
  problems.push(
    jwt
      ? 'SALESFORCE_JWT_USERNAME and SALESFORCE_JWT_KEY_FILE go together'
      : 'SALESFORCE_CLIENT_ID is set without SALESFORCE_CLIENT_SECRET or SALESFORCE_JWT_USERNAME and _KEY_FILE',
  )
  return undefined
}
