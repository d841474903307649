/**
 * Which session for this organisation now? The session of a message where there is one, else our own by OAuth; one
 * that Salesforce refuses is not tried again, and the next takes over. Nothing else in the code knows the difference.
 */
import { createHash } from 'node:crypto'
// Not all of jsforce: its many APIs, which we don't call, are a fifth of the time that a start takes.
import { Connection } from 'jsforce/lib/connection.js'
import { Failure } from '../domain/failure.ts'
import { isSessionRefused, loginFailure, requestFailure } from './failures.ts'
import { audienceOf, checkOrganization, type LoginOptions, logIn, type OAuth, organizationOf } from './login.ts'
import { createSend, type SendOptions, toTransport } from './transport.ts'

export interface SessionsOptions extends LoginOptions, SendOptions {
  apiVersion: string
  oauth?: OAuth
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
  /** By digest: why. They are remembered without being kept. */
  const refused = new Map<string, Failure>()
  let token: Promise<string> | undefined
  let userId: string | undefined

  const send = createSend(options)
  const transport = { _transport: toTransport(send) }
  const connect = (accessToken: string) =>
    Object.assign(new Connection({ instanceUrl, accessToken, version }), transport)

  /** One login for all who wait for it. */
  function login(credentials: OAuth): Promise<string> {
    token ??= logIn(credentials, send, options).then(
      (reply) => {
        userId = reply.userId
        return reply.accessToken
      },
      (error: unknown) => {
        token = undefined
        throw loginFailure(error, howItLogsIn(credentials, options))
      },
    )
    return token
  }

  /** The result, or why none of these sessions was good. */
  async function withMessageSession<T>(
    sessions: string[],
    work: (connection: Connection) => Promise<T>,
  ): Promise<{ result: T } | { reason: Failure }> {
    const fresh = sessions.filter((session) => !refused.has(digest(session))).slice(0, MESSAGE_SESSIONS_TRIED)
    for (const session of fresh) {
      try {
        checkOrganization(organizationOf(session), options.organizationId, 'The session of the message')
        return { result: await work(connect(session)) }
      } catch (error) {
        const failure = requestFailure(error)
        if (!isSessionRefused(error) && failure.code !== 'SALESFORCE_WRONG_ORGANIZATION') throw failure
        if (refused.size >= REFUSED_REMEMBERED) refused.clear()
        refused.set(digest(session), failure)
      }
    }
    const [reason] = sessions.flatMap((session) => refused.get(digest(session)) ?? [])
    return { reason: reason ?? new Failure('SALESFORCE_SESSION_REFUSED') }
  }

  return {
    async use(messageSessions, work) {
      const done = await withMessageSession(messageSessions, work)
      if ('result' in done) return done.result
      if (!oauth) throw done.reason
      for (let tries = 1; ; tries++) {
        const mine = login(oauth)
        try {
          return await work(connect(await mine))
        } catch (error) {
          if (!isSessionRefused(error)) throw requestFailure(error)
          // Whoever notices first drops it; the others find the new one under way.
          if (token === mine) token = undefined
          if (tries === 2) throw requestFailure(error)
        }
      }
    },
    get userId() {
      return userId
    },
  }
}

/** What a person has to compare when the login is refused. */
function howItLogsIn(oauth: OAuth, { instanceUrl, loginUrl, now }: LoginOptions): string {
  const at = loginUrl ?? instanceUrl
  if (oauth.flow === 'client-credentials') return `client credentials at ${at}`
  const audience = loginUrl ?? audienceOf(instanceUrl)
  return `JWT at ${at}, audience ${audience}, clock ${now().toISOString()}`
}

function digest(session: string): string {
  return createHash('sha256').update(session).digest('base64')
}
