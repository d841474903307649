/** Signing in at an identity provider: OpenID Connect, authorization code with PKCE, state and nonce. */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { Scope } from '../../operations/scopes.ts'
import { cached } from '../../runtime/cached.ts'
import type { Person } from './sessions.ts'

export interface ProviderOptions {
  issuer: string
  clientId: string
  clientSecret: string
  /** What the groups of the claim `groups` may. */
  groups: readonly { group: string; scope: Scope }[]
  fetch: CustomFetch
  /** Milliseconds that only go forward. */
  now: () => number
}

/** What must be remembered between the way there and the way back. */
export interface Attempt {
  state: string
  nonce: string
  verifier: string
}

export interface Provider {
  /** Where the browser is to be sent. Rejects when the provider can't be reached. */
  begin(redirectUri: string): Promise<{ url: string; attempt: Attempt }>
  /** Who came back. One whose groups are mapped to nothing has no scopes. Rejects where it is not proved. */
  finish(returned: URL, attempt: Attempt): Promise<Person>
}

const FRESH_MS = 3_600_000
const ANSWER_SECONDS = 10
/** More are asked for where the provider says that it has them. */
const WANTED = ['openid', 'profile', 'email', 'groups']

export function createProvider({ issuer, clientId, clientSecret, groups, fetch, now }: ProviderOptions): Provider {
  const configuration = cached(discover, { freshMs: FRESH_MS, now })

  async function discover(): Promise<Configuration> {
    const options = { timeout: ANSWER_SECONDS, [customFetch]: fetch }
    const found = await discovery(new URL(issuer), clientId, undefined, ClientSecretBasic(clientSecret), options)
    const methods = found.serverMetadata().token_endpoint_auth_methods_supported
    if (methods === undefined || methods.includes('client_secret_basic')) return found
    const other = new Configuration(found.serverMetadata(), clientId, undefined, ClientSecretPost(clientSecret))
    other.timeout = ANSWER_SECONDS
    other[customFetch] = fetch
    return other
  }

  return {
    async begin(redirectUri) {
      const config = await configuration()
      const attempt = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() }
      const known = config.serverMetadata().scopes_supported
      const url = buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: WANTED.filter((scope) => scope !== 'groups' || known?.includes(scope) === true).join(' '),
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, attempt }
    },
    async finish(returned, { state, nonce, verifier }) {
      const config = await configuration()
      const tokens = await authorizationCodeGrant(config, returned, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims: Record<string, unknown> = { ...tokens.claims() }
      const subject = String(claims.sub)
      // Providers with many groups leave them out of the token.
      const more = claims.groups === undefined ? await fetchUserInfo(config, tokens.access_token, subject) : {}
      const known: Record<string, unknown> = { ...more, ...claims }
      return { name: nameIn(known) ?? subject, scopes: scopesOf(known.groups), tokenId: undefined, subject }
    },
  }

  function scopesOf(claim: unknown): Scope[] {
    const mine = Array.isArray(claim) ? claim : [claim]
    return [...new Set(groups.filter(({ group }) => mine.includes(group)).map(({ scope }) => scope))]
  }
}

function nameIn(claims: Record<string, unknown>): string | undefined {
  for (const claim of ['name', 'preferred_username', 'email']) {
    const value = claims[claim]
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 100)
  }
  return undefined
}
