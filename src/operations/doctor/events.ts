/** The Pub/Sub API: whether the topics are there and may be read, and whether events come after the change that they tell of. */
import { FAILURES } from '../../domain/codes.ts'
import { Failure } from '../../domain/failure.ts'
import { type Check, type Finding, fail, ok, unchecked, warn } from './check.ts'

export interface EventsPort {
  /** Throws a Failure where the API can't be reached, or has no such topic. */
  canSubscribe(topic: string): Promise<boolean>
  /** Of a custom event, as its metadata has it. Undefined: it does not say. */
  publishBehavior(event: string): Promise<string | undefined>
}

const CUSTOM = /^\/event\/(\w+__e)$/

export function eventChecks(port: EventsPort, topics: readonly string[]): Check[] {
  const events = topics.flatMap((topic) => CUSTOM.exec(topic)?.[1] ?? [])
  return [
    { id: 'events.topics', run: () => readable(port, topics) },
    ...(events.length > 0 ? [{ id: 'events.publish-behavior', run: () => published(port, events) }] : []),
  ]
}

async function readable(port: EventsPort, topics: readonly string[]): Promise<Finding> {
  const failures: Failure[] = []
  for (const topic of topics) {
    await port.canSubscribe(topic).then(
      (may) => may || failures.push(new Failure('EVENTS_FORBIDDEN', { record: topic })),
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error
        failures.push(error)
      },
    )
  }
  const [first] = failures
  if (first === undefined) return ok(`can be read: ${topics.join(', ')}`)
  return fail(failures.map(({ code, message }) => `${code}: ${message}`).join('; '), FAILURES[first.code].remedy)
}

async function published(port: EventsPort, events: readonly string[]): Promise<Finding> {
  const early: string[] = []
  for (const event of events) {
    const behavior = await port.publishBehavior(event).catch((error: unknown) => ({ error }))
    if (typeof behavior === 'object') return unchecked(behavior.error, 'reading its metadata')
    if (behavior !== 'PublishAfterCommit') early.push(`${event} (${behavior ?? 'it does not say'})`)
  }
  if (early.length === 0) return ok(`after the commit: ${events.join(', ')}`)
  return warn(
    `not published after the commit: ${early.join(', ')}: it may tell of a change that is not there yet, or never will be`,
    'In Setup, Platform Events, set Publish Behavior to Publish After Commit.',
  )
}
