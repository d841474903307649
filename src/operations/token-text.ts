/** The text of a token, `sst_<id>_<secret>`. The secret is known to its bearer alone: we keep a hash of it. */
import { createHash, randomBytes } from 'node:crypto'

export interface Secret {
  id: string
  /** SHA-256. The secret has 192 random bits, so that nothing slower is needed. */
  hash: Buffer
}

/** Letters and digits alone: a double click selects all of it. */
export function makeToken(): Secret & { text: string } {
  const [id, secret] = [randomBytes(6).toString('hex'), randomBytes(24).toString('hex')]
  return { id, hash: sha256(secret), text: `${prefixOf(id)}${secret}` }
}

/** Undefined: this is no token. */
export function readToken(text: string): Secret | undefined {
  const [, id, secret] = /^sst_([0-9a-f]{12})_([0-9a-f]{48})$/.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, hash: sha256(secret) }
}

/** How its bearer recognises it. */
export function prefixOf(id: string): string {
  return `sst_${id}_`
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
