/** The log, as the parts of the house need it. What happened has a name; the object has the facts. */
import type { EventName } from './events.ts'

export interface Log {
  info(object: object, event: EventName): void
  warn(object: object, event: EventName): void
  error(object: object, event: EventName): void
}
