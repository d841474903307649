/**
 * Which session for this organisation now? The session of a message where there is one, else our own by OAuth; one
 * that Salesforce refuses is not tried again, and the next takes over. Nothing else in the code knows the difference.
 */
import { createHash, createSign, type KeyObject } from 'node:crypto'
import jsforce, { type Connection } from 'jsforce'
import { Failure } from '../domain/failure.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { isSessionRefused, loginFailure, requestFailure } from './failures.ts'
import { createTransport } from './transport.ts'

export type OAuth =
  | { flow: 'client-credentials'; clientId: string; clientSecret: string }
  | { flow: 'jwt-bearer'; clientId: string; username: string; key: KeyObject }

export interface SessionsOptions {
  /** My Domain: every request goes here, whatever a message or a token reply says. */
  instanceUrl: string
  apiVersion: string
  oauth?: OAuth
  timeoutMs: number
  now: () => Date
}

export interface Sessions {
  /** Runs the work with a session; again with the next one when Salesforce refuses the session. */
  use<T>(messageSessions: string[], work: (connection: Connection) => Promise<T>): Promise<T>
  /** Our own user in Salesforce, 18 characters; known once OAuth has been used. */
  readonly userId: string | undefined
}

/** Of a batch's own sessions no more than this many are tried before OAuth. */
const MESSAGE_SESSIONS_TRIED = 3
const REFUSED_REMEMBERED = 1_000

export function createSessions(options: SessionsOptions): Sessions {
  const { instanceUrl, apiVersion: version, oauth } = options
  const refused = new Set<string>()
  let token: Promise<string> | undefined
  let userId: string | undefined

  const transport = { _transport: createTransport(options) }
  const connect = (accessToken: string) =>
    Object.assign(new jsforce.Connection({ instanceUrl, accessToken, version }), transport)

  /** One login for all who wait for it. */
  function login(credentials: OAuth): Promise<string> {
    token ??= requestToken(credentials, options).then(
      (reply) => {
        userId = reply.userId
        return reply.accessToken
      },
      (error: unknown) => {
        token = undefined
        throw loginFailure(error)
      },
    )
    return token
  }

  async function withMessageSession<T>(sessions: string[], work: (connection: Connection) => Promise<T>) {
    for (const session of sessions.filter((id) => !refused.has(digest(id))).slice(0, MESSAGE_SESSIONS_TRIED)) {
      try {
        return { result: await work(connect(session)) }
      } catch (error) {
        if (!isSessionRefused(error)) throw requestFailure(error)
        if (refused.size >= REFUSED_REMEMBERED) refused.clear()
        refused.add(digest(session))
      }
    }
    return undefined
  }

  return {
    async use(messageSessions, work) {
      const done = await withMessageSession(messageSessions, work)
      if (done) return done.result
      if (!oauth) throw new Failure('SALESFORCE_SESSION_REFUSED')
      for (let tries = 1; ; tries++) {
        const mine = login(oauth)
        try {
          return await work(connect(await mine))
        } catch (error) {
          if (!isSessionRefused(error)) throw requestFailure(error)
          // Whoever notices first drops it; the others find the new one under way.
          if (token === mine) token = undefined
          if (tries === 2) throw new Failure('SALESFORCE_SESSION_REFUSED', { cause: error })
        }
      }
    },
    get userId() {
      return userId
    },
  }
}

async function requestToken(oauth: OAuth, options: SessionsOptions) {
  const { instanceUrl: loginUrl } = options
  const client = Object.assign(
    oauth.flow === 'client-credentials'
      ? new jsforce.OAuth2({ loginUrl, clientId: oauth.clientId, clientSecret: oauth.clientSecret })
      : new jsforce.OAuth2({ loginUrl }),
    { _transport: createTransport(options) },
  )
  const parameters =
    oauth.flow === 'client-credentials'
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(oauth, options) }
  const reply = await client.requestToken(parameters)
  // The reply's instance_url is not followed: the configured one alone receives tokens.
  if (typeof reply?.access_token !== 'string') throw new Error('the reply holds no access token')
  const userId = /\/id\/\w+\/(\w+)$/.exec(reply.id ?? '')?.[1]
  return { accessToken: reply.access_token, userId: userId === undefined ? undefined : toId18(userId) }
}

/** The signed claim of the JWT bearer flow, good for three minutes. */
function assertion(oauth: OAuth & { flow: 'jwt-bearer' }, { instanceUrl, now }: SessionsOptions): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const audience = /\.sandbox\.|^https:\/\/test\./.test(instanceUrl)
    ? 'https://test.salesforce.com'
    : 'https://login.salesforce.com'
  const claims = {
    iss: oauth.clientId,
    sub: oauth.username,
    aud: audience,
    exp: Math.floor(now().getTime() / 1000) + 180,
  }
  const text = `${part({ alg: 'RS256' })}.${part(claims)}`
  return `${text}.${createSign('RSA-SHA256').update(text).sign(oauth.key, 'base64url')}`
}

/** Refused sessions are remembered without being kept. */
function digest(session: string): string {
  return createHash('sha256').update(session).digest('base64')
}
