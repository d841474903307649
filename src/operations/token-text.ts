/** Secrets of tokens and sessions. Each has an id, which is none; the rest is known to its bearer alone: we keep a hash. */
import { createHash, randomBytes } from 'node:crypto'

export interface Secret {
  id: string
  /** SHA-256. The secret has 192 random bits, so that nothing slower is needed. */
  hash: Buffer
}

/** Letters and digits alone: a double click selects all of it. */
export function makeSecret(): Secret & { text: string } {
  const [id, secret] = [randomBytes(6).toString('hex'), randomBytes(24).toString('hex')]
  return { id, hash: hashOf(secret), text: `${id}_${secret}` }
}

/** Undefined: this is none. */
export function readSecret(text: string): Secret | undefined {
  const [, id, secret] = /^([0-9a-f]{12})_([0-9a-f]{48})$/.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, hash: hashOf(secret) }
}

const TOKEN = 'sst_'

/** `sst_<id>_<secret>`: whoever finds one in a file sees what it is. */
export function makeToken(): Secret & { text: string } {
  const made = makeSecret()
  return { ...made, text: `${TOKEN}${made.text}` }
}

export function readToken(text: string): Secret | undefined {
  return text.startsWith(TOKEN) ? readSecret(text.slice(TOKEN.length)) : undefined
}

/** How its bearer recognises a token. */
export function prefixOf(id: string): string {
  return `${TOKEN}${id}_`
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
