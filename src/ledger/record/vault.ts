/** Seals session ids at rest: AES-256-GCM, bound to their organisation. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

export interface Vault {
  seal(organizationId: string, sessionId: string): Buffer
  /** Undefined when it can't be opened: another SESSION_KEY sealed it, or someone changed it. */
  open(organizationId: string, sealed: Buffer): string | undefined
}

const VERSION = 1
const NONCE = 12
const TAG = 16

/** `key`: 32 bytes. Layout of what it seals: version, nonce, tag, ciphertext. */
export function createVault(key: Buffer): Vault {
  return {
    seal(organizationId, sessionId) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(organizationId))
      const sealed = Buffer.concat([cipher.update(sessionId, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), sealed])
    },
    open(organizationId, sealed) {
      if (sealed[0] !== VERSION || sealed.length < 1 + NONCE + TAG) return undefined
      const nonce = sealed.subarray(1, 1 + NONCE)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
        .setAAD(Buffer.from(organizationId))
        .setAuthTag(sealed.subarray(1 + NONCE, 1 + NONCE + TAG))
      try {
        return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE + TAG)), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}
