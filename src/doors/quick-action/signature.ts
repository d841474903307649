import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Signer } from './ports.ts'

/**
 * The organisation whose secret made this signature of these bytes. Undefined: none did. All secrets are tried, each in
 * constant time, so that the time of the answer says nothing of them.
 */
export function signerOf(bytes: Buffer, signature: string, signers: readonly Signer[]): string | undefined {
  // What is no signature is compared all the same.
  const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : Buffer.alloc(32)
  const matching = signers.filter(({ secrets }) => secrets.filter((secret) => isMac(bytes, given, secret)).length > 0)
  return matching[0]?.organizationId
}

function isMac(bytes: Buffer, given: Buffer, secret: string): boolean {
  return timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), given)
}
