/**
 * Whose token this is, and what it may. The valid ones are read all at once, as there are few, and kept for a moment: so a
 * stranger who tries one after the other costs the ledger nothing but a read now and then.
 */
import { timingSafeEqual } from 'node:crypto'
import { setTimeout as rest } from 'node:timers/promises'
import type { Scope } from '../../operations/scopes.ts'
import { readToken } from '../../operations/token-text.ts'

/** Who has proved it by a token. */
export interface Bearer {
  tokenId: string
  name: string
  scopes: readonly Scope[]
}

/** One that opens something now. */
export interface ValidToken extends Bearer {
  hash: Buffer
}

export interface TokensPort {
  valid(): Promise<ValidToken[]>
  /** It has been used. */
  touch(tokenId: string): Promise<void>
}

export interface TokensOptions {
  ledger: TokensPort
  /** Milliseconds that only go forward. */
  now: () => number
  onError: (error: unknown) => void
  /** How long what was read is good for, ms: revoking and expiry take no longer. */
  freshMs?: number
  /** Between two reads for tokens that were not among the last ones, ms. */
  restMs?: number
  /** How often the use of one token is written down, ms. */
  touchMs?: number
}

export interface Tokens {
  /** Undefined: it is none, or not valid. Rejects when the ledger is away. */
  who(text: string): Promise<Bearer | undefined>
  /** What was read is no good any more: one was revoked here. */
  forget(): void
}

export function createTokens(options: TokensOptions): Tokens {
  const { ledger, now, onError, freshMs = 2_000, restMs = 100, touchMs = 60_000 } = options
  const touched = new Map<string, number>()
  let known: { at: number; byId: Map<string, ValidToken> } | undefined
  let next: Promise<void> | undefined
  let lastRead = Number.NEGATIVE_INFINITY

  /** By a read that begins after the call: it sees what was there by then. All that call meanwhile share it. */
  function read(): Promise<void> {
    next ??= readAfterRest()
    return next
  }

  async function readAfterRest(): Promise<void> {
    const left = lastRead + restMs - now()
    if (left > 0) await rest(left)
    next = undefined
    const at = now()
    lastRead = at
    const valid = await ledger.valid()
    // Two may be on their way: the one that began later knows more.
    if (known === undefined || known.at < at)
      known = { at, byId: new Map(valid.map((token) => [token.tokenId, token])) }
  }

  async function find(id: string): Promise<ValidToken | undefined> {
    if (known !== undefined && now() - known.at < freshMs) {
      const token = known.byId.get(id)
      if (token !== undefined) return token
    }
    await read()
    return known?.byId.get(id)
  }

  function touch({ tokenId }: ValidToken): void {
    const before = touched.get(tokenId)
    if (before !== undefined && now() - before < touchMs) return
    touched.set(tokenId, now())
    ledger.touch(tokenId).catch(onError)
  }

  return {
    async who(text) {
      const secret = readToken(text)
      if (secret === undefined) return undefined
      const token = await find(secret.id)
      if (token === undefined || !timingSafeEqual(token.hash, secret.hash)) return undefined
      touch(token)
      return { tokenId: token.tokenId, name: token.name, scopes: token.scopes }
    },
    forget() {
      known = undefined
    },
  }
}
