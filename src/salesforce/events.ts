/** What a subscription to events needs of Salesforce: a token, and how many deliveries are left. */
import type { Rest } from './rest.ts'
import type { Sessions } from './session.ts'

export interface EventAccess {
  /** Runs the work with an access token; once more with a new one when it fails with SALESFORCE_SESSION_REFUSED. */
  withToken<T>(work: (token: string) => Promise<T>): Promise<T>
  /** Undefined: Salesforce does not say. */
  deliveries(): Promise<{ remaining: number; max: number } | undefined>
}

export function createEventAccess({ sessions, rest }: { sessions: Sessions; rest: Rest }): EventAccess {
  return {
    withToken: (work) => sessions.use([], ({ accessToken }) => work(accessToken ?? '')),
    async deliveries() {
      const limits = toObject(await sessions.use([], (connection) => rest.get(connection, '/limits')))
      const { Remaining: remaining, Max: max } = toObject(limits.DailyDeliveredPlatformEvents)
      return typeof remaining === 'number' && typeof max === 'number' ? { remaining, max } : undefined
    },
  }
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
