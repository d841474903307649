import t from 'tap'
import { createExamining } from '../../helpers/doctor.ts'
import { CHANGES } from '../../helpers/events.ts'
import { startPubSub } from '../../simulators/pubsub.ts'

t.test('diagnose asks the Pub/Sub API whether each topic may be read', async (t) => {
  const world = await createExamining(t)
  const pubsub = await startPubSub({ isLive: world.salesforce.isLive })
  t.teardown(() => pubsub.close())
  const only = ['events']
  Object.assign(world.settings, { PUBSUB_TOPICS: CHANGES, PUBSUB_ENDPOINT: pubsub.endpoint })
  const topics = async () => (await world.examine({ only })).get('events.topics')
  t.match(await topics(), { result: 'fail', detail: /EVENTS_TOPIC_UNKNOWN/, remedy: /Change Data Capture/ })
  pubsub.bus.topic(CHANGES).canSubscribe = false
  t.match(await topics(), { result: 'fail', detail: /EVENTS_FORBIDDEN/ })
  pubsub.bus.topic(CHANGES).canSubscribe = true
  t.match(await topics(), { result: 'ok' })
  t.equal(pubsub.requests.length, 0, 'nothing was subscribed to')
  await pubsub.close()
  t.match(await topics(), { result: 'fail', detail: /EVENTS_UNAVAILABLE/, remedy: /firewall/ })
})
