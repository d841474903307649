/** Tokens: who may use API, portal and page without being asked for a name. */
import { type Actor, readActor, readName } from './act.ts'
import { Refusal } from './refusal.ts'
import { readScopes, type Scope } from './scopes.ts'
import { readLifetime, readTime } from './time.ts'
import { makeToken, prefixOf } from './token-text.ts'

export type TokenState = 'active' | 'rotated' | 'expired' | 'revoked'

/** One as it is listed. */
export interface Token {
  id: string
  name: string
  scopes: Scope[]
  /** How its bearer recognises it: it begins so. */
  prefix: string
  /** `rotated`: another takes its place, and it is valid until it expires. */
  state: TokenState
  createdAt: Date
  createdBy: string
  expiresAt: Date | undefined
  /** To the minute. */
  lastUsedAt: Date | undefined
  revokedAt: Date | undefined
  revokedBy: string | undefined
  successorId: string | undefined
}

/** One that has just been made. Nobody can be shown the token again. */
export interface NewToken extends Token {
  token: string
}

export interface TokenPort {
  add(token: {
    id: string
    name: string
    scopes: Scope[]
    hash: Buffer
    by: Actor
    expiresAt: Date | undefined
  }): Promise<void>
  find(id: string): Promise<Omit<Token, 'prefix'> | undefined>
  /** The newest first. */
  list(): Promise<Omit<Token, 'prefix'>[]>
  /** False: that token is not valid, or has a successor already. */
  rotate(rotation: { id: string; newId: string; hash: Buffer; overlapMs: number; by: Actor }): Promise<boolean>
  /** False: it was revoked before. */
  revoke(id: string, by: Actor): Promise<boolean>
}

export interface TokenRequest {
  name: string
  scopes: readonly string[]
  /** A lifetime such as `90d`, or a time. Undefined: it never expires. */
  expires: string | undefined
  by: Actor
  now: Date
}

export async function createToken(ledger: TokenPort, request: TokenRequest): Promise<NewToken> {
  const name = readName(request.name)
  if (name === '') throw new Refusal('invalid', 'name: it is empty: say whose token it is, or what for')
  const scopes = readScopes(request.scopes)
  const expiresAt = request.expires === undefined ? undefined : readExpiry(request.expires, request.now)
  const { id, hash, text } = makeToken()
  await ledger.add({ id, name, scopes, hash, by: readActor(request.by), expiresAt })
  return { ...(await findToken(ledger, id)), token: text }
}

function readExpiry(text: string, now: Date): Date {
  const lifetime = readLifetime(text)
  const expiry = lifetime === undefined ? readTime('expires', text, now) : new Date(now.getTime() + lifetime)
  if (expiry > now) return expiry
  throw new Refusal('invalid', `expires: '${text}' is not in the future: give a lifetime such as 90d, or a later time`)
}

export async function listTokens(ledger: TokenPort): Promise<Token[]> {
  return (await ledger.list()).map(withPrefix)
}

/** How long the old token stays valid beside the new one, unless somebody says otherwise. */
export const OVERLAP = '24h'

/** A new secret for the same name and scopes. The old one stays valid for the overlap, so that its bearer can change over. */
export async function rotateToken(
  ledger: TokenPort,
  { id, by, overlap = OVERLAP }: { id: string; by: Actor; overlap?: string | undefined },
): Promise<NewToken> {
  const overlapMs = readLifetime(overlap)
  if (overlapMs === undefined) throw new Refusal('invalid', `overlap: '${overlap}' is not a time such as 1h or 7d`)
  const { state } = await findToken(ledger, id)
  const { id: newId, hash, text } = makeToken()
  if (!(await ledger.rotate({ id, newId, hash, overlapMs, by: readActor(by) }))) {
    throw new Refusal('conflict', `token ${id} is ${state}: only an active one is rotated`)
  }
  return { ...(await findToken(ledger, newId)), token: text }
}

/** From now on, within 5 seconds, it opens nothing. */
export async function revokeToken(ledger: TokenPort, { id, by }: { id: string; by: Actor }): Promise<Token> {
  await findToken(ledger, id)
  if (!(await ledger.revoke(id, readActor(by)))) throw new Refusal('conflict', `token ${id} was revoked before`)
  return await findToken(ledger, id)
}

async function findToken(ledger: TokenPort, id: string): Promise<Token> {
  const token = await ledger.find(id)
  if (token === undefined) throw new Refusal('unknown', `there is no token ${id}`)
  return withPrefix(token)
}

function withPrefix(token: Omit<Token, 'prefix'>): Token {
  return { ...token, prefix: prefixOf(token.id) }
}
