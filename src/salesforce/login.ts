/** The two OAuth flows that need no person at a screen. */
import { createSign, type KeyObject } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import type { Send } from './transport.ts'
import { words } from './words.ts'

export type OAuth =
  | { flow: 'client-credentials'; clientId: string; clientSecret: string }
  | { flow: 'jwt-bearer'; clientId: string; username: string; key: KeyObject }

export interface LoginOptions {
  /** My Domain. */
  instanceUrl: string
  /** Where tokens come from, and the audience of a JWT. Default: My Domain, and a guess. */
  loginUrl?: string
  /** Whose data may be read, 18 characters. */
  organizationId: string
  now: () => Date
}

export interface Login {
  accessToken: string
  /** Who we are in Salesforce, 18 characters. */
  userId?: string
}

/** Throws a ReplyError when the login is refused, and a Failure when it leads to another organisation. */
export async function logIn(oauth: OAuth, send: Send, options: LoginOptions): Promise<Login> {
  const { body } = await send({
    method: 'POST',
    url: `${options.loginUrl ?? options.instanceUrl}/services/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams(grant(oauth, options))),
  })
  // The reply's instance_url is not followed: the configured one alone receives tokens.
  const { access_token: accessToken, id } = readReply(body)
  if (typeof accessToken !== 'string') throw new Error(`a reply without an access token: ${words(body)}`)
  const [, organizationId, userId] = /\/id\/(\w+)\/(\w+)$/.exec(typeof id === 'string' ? id : '') ?? []
  checkOrganization(organizationId ?? organizationOf(accessToken), options.organizationId, 'The OAuth login')
  const user = userId === undefined ? undefined : toId18(userId)
  return { accessToken, ...(user !== undefined && { userId: user }) }
}

/** Of a session id or an opaque access token: its first 15 characters. Undefined: it does not say. */
export function organizationOf(session: string): string | undefined {
  return /^(00D\w{12}(?:\w{3})?)!/.exec(session)?.[1]
}

/** What does not say whose it is passes: Salesforce refuses it, if it is not let in. */
export function checkOrganization(found: string | undefined, configured: string, what: string): void {
  if (found === undefined || toId18(found) === configured) return
  throw new Failure('SALESFORCE_WRONG_ORGANIZATION', {
    detail: `${what} belongs to organisation ${words(found)}; SALESFORCE_ORG_ID is ${configured}`,
  })
}

/**
 * Where the signed claim of the JWT bearer flow is meant for. Sandboxes and scratch organisations are behind another
 * login server; before enhanced domains a sandbox had `--` in its name, or was known by its instance (`cs80`) alone.
 */
export function audienceOf(instanceUrl: string): string {
  // As URL has it: in lower case.
  const { hostname } = new URL(instanceUrl)
  const forTests = /\.(?:sandbox|scratch)\.|^test\.|^[^.]*--|(?:^|\.)cs\d+(?:-\w+)?\./.test(hostname)
  return forTests ? 'https://test.salesforce.com' : 'https://login.salesforce.com'
}

function grant(oauth: OAuth, options: LoginOptions): Record<string, string> {
  if (oauth.flow === 'client-credentials') {
    return { grant_type: 'client_credentials', client_id: oauth.clientId, client_secret: oauth.clientSecret }
  }
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(oauth, options) }
}

/** The signed claim, good for three minutes. */
function assertion(oauth: OAuth & { flow: 'jwt-bearer' }, { instanceUrl, loginUrl, now }: LoginOptions): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: oauth.clientId,
    sub: oauth.username,
    aud: loginUrl ?? audienceOf(instanceUrl),
    exp: Math.floor(now().getTime() / 1000) + 180,
  }
  const text = `${part({ alg: 'RS256' })}.${part(claims)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(oauth.key, 'base64url')}`
}

function readReply(body: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(body) }
  } catch {
    return {}
  }
}
