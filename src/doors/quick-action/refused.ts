/** A request that is not taken: what its sender learns, and as what it is reported. */
import { Problem } from '../../runtime/problem.ts'
import type { SecurityEvent } from '../security.ts'

type Reported = Extract<SecurityEvent, `click_${string}`>

const REFUSALS = {
  click_too_large: [413, 'BODY_TOO_LARGE', 'the body is too large'],
  click_headers: [400, 'HEADER_INVALID', 'a header is missing or malformed'],
  click_signature: [401, 'SIGNATURE_WRONG', 'the signature is not that of this body'],
  click_time: [401, 'TIMESTAMP_TOO_FAR', 'the time of the request is too far from ours'],
  click_body: [400, 'BODY_INVALID', 'the body is malformed'],
  click_nonce: [401, 'NONCE_USED', 'this nonce was used before: sign each request anew'],
  click_key: [409, 'KEY_REUSED', 'this idempotency key was used for another request'],
} as const satisfies Record<Reported, [number, string, string]>

export class Refused extends Problem {
  readonly kind: Reported

  constructor(kind: Reported, detail?: string) {
    const [status, code, general] = REFUSALS[kind]
    super(status, code, detail ?? general)
    this.name = 'Refused'
    this.kind = kind
  }
}
