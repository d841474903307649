/** What a subscription to events needs of Salesforce: a token, and how many deliveries are left. */
import type { Rest } from './rest.ts'
import type { Sessions } from './session.ts'

export interface EventAccess {
  /** Runs the work with an access token; once more with a new one when it fails with SALESFORCE_SESSION_REFUSED. */
  withToken<T>(work: (token: string) => Promise<T>): Promise<T>
  /** Undefined: Salesforce does not say. */
  deliveries(): Promise<{ remaining: number; max: number } | undefined>
  /** Of a custom event, `Name__e`. Undefined: it does not say. */
  publishBehavior(event: string): Promise<string | undefined>
}

export function createEventAccess({ sessions, rest }: { sessions: Sessions; rest: Rest }): EventAccess {
  return {
    withToken: (work) => sessions.use([], ({ accessToken }) => work(accessToken ?? '')),
    async deliveries() {
      const limits = toObject(await sessions.use([], (connection) => rest.get(connection, '/limits')))
      const { Remaining: remaining, Max: max } = toObject(limits.DailyDeliveredPlatformEvents)
      return typeof remaining === 'number' && typeof max === 'number' ? { remaining, max } : undefined
    },
    async publishBehavior(event) {
      const ask = (soql: string) => sessions.use([], (connection) => rest.tooling(connection, soql))
      const [found] = await ask(`SELECT Id FROM CustomObject WHERE DeveloperName = '${event.replace(/__e$/, '')}'`)
      if (typeof found?.Id !== 'string' || !/^\w+$/.test(found.Id)) return undefined
      // Salesforce gives metadata of one row at a time.
      const [row] = await ask(`SELECT Metadata FROM CustomObject WHERE Id = '${found.Id}'`)
      const { publishBehavior } = toObject(row?.Metadata)
      return typeof publishBehavior === 'string' ? publishBehavior : undefined
    },
  }
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
