import { timingSafeEqual, verify } from 'node:crypto'
import type { Org } from './org.ts'
import { isObject, type Reply } from './reply.ts'

export interface OAuthOptions {
  org: Org
  userId: string
  clientId: string
  clientSecret: string
  jwtPublicKey: string | undefined
  jwtUsername: string | undefined
  instanceUrl(): string
  /** Whose login it is: another organisation's where credentials or address went astray. */
  organizationId(): string
}

/** The token endpoint, for the two flows that need no person. */
export function issueToken(form: URLSearchParams, options: OAuthOptions): Reply {
  const grant = form.get('grant_type')
  if (grant === 'client_credentials') return clientCredentials(form, options)
  if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return jwtBearer(form, options)
  return refuse('unsupported_grant_type', 'grant type not supported')
}

function clientCredentials(form: URLSearchParams, options: OAuthOptions): Reply {
  if (form.get('client_id') !== options.clientId) return refuse('invalid_client_id', 'client identifier invalid')
  if (!equalSecrets(form.get('client_secret') ?? '', options.clientSecret)) {
    return refuse('invalid_client', 'invalid client credentials')
  }
  return token(options, { issued_at: String(Date.now()), signature: 'c2lnbmVkIGJ5IHRoZSBzaW11bGF0b3I=' })
}

function jwtBearer(form: URLSearchParams, options: OAuthOptions): Reply {
  if (!options.jwtPublicKey) return refuse('invalid_grant', 'this app has no certificate')
  const claims = readJwt(form.get('assertion') ?? '', options.jwtPublicKey)
  if (!claims) return refuse('invalid_grant', 'invalid assertion')
  const audiences = [options.instanceUrl(), 'https://login.salesforce.com', 'https://test.salesforce.com']
  if (claims.iss !== options.clientId) return refuse('invalid_client_id', 'client identifier invalid')
  if (!audiences.some((audience) => audience === claims.aud)) return refuse('invalid_grant', 'audience is invalid')
  if (typeof claims.exp !== 'number' || claims.exp * 1000 <= Date.now()) {
    return refuse('invalid_grant', 'expired authorization code')
  }
  if (claims.sub !== options.jwtUsername) return refuse('invalid_grant', "user hasn't approved this consumer")
  return token(options, {})
}

/** The claims of an RS256 token, if its signature holds. */
function readJwt(jwt: string, publicKey: string): Record<string, unknown> | undefined {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const { alg } = readPart(header) ?? {}
  if (alg !== 'RS256') return undefined
  const signed = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    publicKey,
    Buffer.from(signature, 'base64url'),
  )
  return signed ? readPart(payload) : undefined
}

function readPart(text: string): Record<string, unknown> | undefined {
  try {
    const part: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return isObject(part) ? part : undefined
  } catch {
    return undefined
  }
}

function token({ org, userId, instanceUrl, organizationId }: OAuthOptions, extra: Record<string, string>): Reply {
  const url = instanceUrl()
  const id = `${url}/id/${organizationId()}/${userId}`
  const body = { access_token: org.issueSession(), scope: 'api', instance_url: url, id, token_type: 'Bearer', ...extra }
  return { status: 200, body }
}

function refuse(error: string, description: string): Reply {
  return { status: 400, body: { error, error_description: description } }
}

function equalSecrets(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
