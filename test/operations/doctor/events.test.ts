import t from 'tap'
import { Failure } from '../../../src/domain/failure.ts'
import { type EventsPort, eventChecks } from '../../../src/operations/doctor/events.ts'

const TOPICS = ['/event/Sold__e', '/data/OrderChangeEvent']
const GOOD: EventsPort = { canSubscribe: async () => true, publishBehavior: async () => 'PublishAfterCommit' }

async function find(port: Partial<EventsPort>, topics = TOPICS) {
  const checks = eventChecks({ ...GOOD, ...port }, topics)
  return Object.fromEntries(await Promise.all(checks.map(async ({ id, run }) => [id, await run()] as const)))
}

t.test('topics that can be read, and events that come after the commit, are well', async (t) => {
  t.match(await find({}), {
    'events.topics': { result: 'ok', detail: 'can be read: /event/Sold__e, /data/OrderChangeEvent' },
    'events.publish-behavior': { result: 'ok', detail: /Sold__e/ },
  })
  t.same(Object.keys(await find({}, ['/data/OrderChangeEvent'])), ['events.topics'], 'no custom event, no behavior')
})

t.test('each topic that can not be read is named, with the permission that it takes', async (t) => {
  const missing = new Failure('EVENTS_TOPIC_UNKNOWN', { record: TOPICS[0] ?? '', detail: 'topic.not.found' })
  const canSubscribe = (topic: string) => (topic === TOPICS[0] ? Promise.reject(missing) : Promise.resolve(false))
  const { 'events.topics': found } = await find({ canSubscribe })
  t.match(found, {
    result: 'fail',
    detail: /EVENTS_TOPIC_UNKNOWN: \/event\/Sold__e .*; EVENTS_FORBIDDEN: \/data/,
    remedy: /PUBSUB_TOPICS/,
  })
  t.match((await find({ canSubscribe: async () => false }))['events.topics'], { remedy: /View All Records/ })
})

t.test('an event that is published immediately is warned of', async (t) => {
  for (const behavior of ['PublishImmediately', undefined]) {
    t.match((await find({ publishBehavior: async () => behavior }))['events.publish-behavior'], {
      result: 'warn',
      detail: behavior ?? /does not say/,
      remedy: /Publish After Commit/,
    })
  }
  const refused = () => Promise.reject(new Error('no Tooling API'))
  t.match((await find({ publishBehavior: refused }))['events.publish-behavior'], {
    result: 'warn',
    detail: /not checked/,
  })
})
