/** Tokens: who shows one may what its scopes say. */
import type { Scope } from '../../operations/scopes.ts'
import { readToken } from '../../operations/token-text.ts'
import { createSecrets, type Kept, type SecretsOptions } from './secrets.ts'

/** Who has proved it by a token. */
export interface Bearer {
  id: string
  name: string
  scopes: readonly Scope[]
}

export type ValidToken = Kept & Bearer

export interface Tokens {
  /** Undefined: it is none, or not valid any more. Rejects when the ledger is away. */
  who(token: string): Promise<Bearer | undefined>
  /** One was revoked here: that counts at once. */
  forget(): void
}

export function createTokens(options: SecretsOptions<ValidToken>): Tokens {
  const secrets = createSecrets(options)
  return {
    async who(token) {
      const found = await secrets.find(readToken(token))
      return found && { id: found.id, name: found.name, scopes: found.scopes }
    },
    forget: () => secrets.forget(),
  }
}

/** The token of an Authorization header. Undefined: there is none. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}
