/** Signs as Standard Webhooks says: HMAC-SHA256 over id, time and body, one signature for each secret. */
import { createHmac } from 'node:crypto'

export interface Signed {
  id: string
  /** Seconds since 1970. */
  timestamp: number
  body: string
  /** Texts of the form `whsec_<base64>`. */
  secrets: readonly string[]
}

/** `v1,<base64>` for each secret, separated by blanks: a receiver takes any that it knows. */
export function signatureOf({ id, timestamp, body, secrets }: Signed): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
    })
    .join(' ')
}
