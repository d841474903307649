/** Who is signed in at the page. The cookie holds a secret of which the ledger has the hash; to sign out removes the row. */
import type { Scope } from '../../operations/scopes.ts'
import { makeSecret, readSecret } from '../../operations/token-text.ts'
import { createSecrets, type Kept, type SecretsOptions, type SecretsPort } from './secrets.ts'

/** Who it is, and how that was proved: by a token, or by the identity provider. */
export interface Person {
  name: string
  scopes: readonly Scope[]
  tokenId: string | undefined
  subject: string | undefined
}

export type Session = Person & { id: string }
export type ValidSession = Kept & Person

/** One as it is listed. */
export interface ListedSession extends Session {
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

export interface SessionsPort extends SecretsPort<ValidSession> {
  add(session: Session & { hash: Buffer; address: string; userAgent: string; hours: number }): Promise<void>
  list(): Promise<ListedSession[]>
  /** False: there is none. */
  end(id: string): Promise<boolean>
}

/** After that one signs in anew, whatever one does; after an hour without a request sooner. */
const HOURS = 12
const LONGEST_AGENT = 200

export interface Sessions {
  /** Returns what the cookie is to hold. */
  open(person: Person, from: { address: string; userAgent: string | undefined }): Promise<string>
  /** Undefined: nobody is signed in by that. */
  who(cookie: string): Promise<Session | undefined>
  /** False: there is none. */
  end(id: string): Promise<boolean>
  list(): Promise<ListedSession[]>
}

export function createSessions(options: SecretsOptions<ValidSession> & { ledger: SessionsPort }): Sessions {
  const { ledger } = options
  const secrets = createSecrets(options)
  return {
    async open(person, { address, userAgent = '' }) {
      const { id, hash, text } = makeSecret()
      await ledger.add({ ...person, id, hash, address, userAgent: userAgent.slice(0, LONGEST_AGENT), hours: HOURS })
      return text
    },
    async who(cookie) {
      const found = await secrets.find(readSecret(cookie))
      if (found === undefined) return undefined
      const { hash: _, ...session } = found
      return session
    },
    async end(id) {
      const ended = await ledger.end(id)
      secrets.forget()
      return ended
    },
    list: () => ledger.list(),
  }
}
