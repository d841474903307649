/** Nonces and idempotency keys that nobody needs any more. */
import { query, type Runner } from '../postgres/query.ts'

export const forgetClicks = query(
  'forget-clicks',
  { organization_id: 'text', nonces_for: 'interval', keys_for: 'interval', most: 'integer' },
  { nonces: 'integer', keys: 'integer' },
)

export interface ForgottenClicksOptions {
  runner: Runner
  organizationId: string
  /** How long a nonce may not come again, ms. */
  nonceHeldMs: number
  /** How long the same key gets the same answer. */
  keyDays: number
}

const MOST = 1_000

export function createForgottenClicks({ runner, organizationId, nonceHeldMs, keyDays }: ForgottenClicksOptions) {
  return {
    /** Removes some. True: there may be more. */
    async forget(): Promise<boolean> {
      const [row] = await forgetClicks(runner, {
        organization_id: organizationId,
        nonces_for: `${nonceHeldMs} milliseconds`,
        keys_for: `${keyDays} days`,
        most: MOST,
      })
      return row !== undefined && (row.nonces === MOST || row.keys === MOST)
    },
  }
}
