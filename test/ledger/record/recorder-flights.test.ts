import t from 'tap'
import type { Runner } from '../../../src/ledger/postgres/query.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { message, notification } from '../../helpers/messages.ts'
import { until } from '../../helpers/until.ts'

/** A ledger that answers a statement when it is told to: how many notifications each one brought. */
function build(clock: { ms: number }, sizes = { groupSize: 4, groupNotifications: 6 }) {
  const brought: number[] = []
  const answers: (() => void)[] = []
  const runner: Runner = {
    query: ({ name, values }) =>
      new Promise((resolve) => {
        // Something is known of each: then it is for the large statement.
        if (name === 'record-one' || name === 'record-new')
          return resolve({ rows: [], rowCount: 0, fields: [], command: '', oid: 0 })
        const messages = Array.isArray(values[7]) ? values[7].map(Number) : []
        brought.push(messages.length)
        const each = Array.from(new Set(messages), (no) => [no, messages.filter((one) => one === no).length, 0])
        answers.push(() => resolve({ rows: each, rowCount: each.length, fields: [], command: '', oid: 0 }))
      }),
  }
  const recorder = createRecorder({ runner, ...sizes, now: () => clock.ms })
  const send = (notifications = 1) =>
    void recorder.record(message(Array.from({ length: notifications }, () => notification())))
  const sent = (statements: number) => until(() => brought.length === statements, `${statements} statements`)
  return { brought, answers, recorder, send, sent }
}

t.test('record sends one statement at a time: what comes meanwhile goes with the next', async (t) => {
  const { brought, answers, recorder, send, sent } = build({ ms: 0 })
  send()
  await sent(1)
  send()
  send()
  send()
  await until(() => recorder.waiting === 3, 'three wait')
  answers[0]?.()
  await sent(2)
  t.same(brought, [1, 3])
  answers[1]?.()
  await recorder.drain()
})

t.test('record sends a second statement beside the first when a full group waits, and no third', async (t) => {
  for (const [messages, notifications] of [
    [4, 1],
    [2, 3],
  ] as const) {
    const { brought, answers, recorder, send, sent } = build({ ms: 0 })
    send()
    await sent(1)
    for (let i = 0; i < messages; i++) send(notifications)
    await sent(2)
    for (let i = 0; i < messages; i++) send(notifications)
    await until(() => recorder.waiting === messages, 'a third group waits')
    t.same(brought, [1, messages * notifications])
    answers[0]?.()
    await sent(3)
    for (const answer of answers) answer()
    await recorder.drain()
  }
})

t.test('record sends a second statement beside the first when six wait, and not for five', async (t) => {
  const { brought, answers, recorder, send, sent } = build({ ms: 0 }, { groupSize: 64, groupNotifications: 400 })
  send()
  await sent(1)
  for (let i = 0; i < 5; i++) send()
  await until(() => recorder.waiting === 5, 'five wait')
  await new Promise(setImmediate)
  t.same(brought, [1])
  send()
  await sent(2)
  t.same(brought, [1, 6])
  for (const answer of answers) answer()
  await recorder.drain()
})

t.test('record sends a second statement when the first takes its time', async (t) => {
  const clock = { ms: 0 }
  const { brought, answers, recorder, send, sent } = build(clock)
  send()
  await sent(1)
  clock.ms = 20
  send()
  await sent(2)
  t.same(brought, [1, 1])
  for (const answer of answers) answer()
  await recorder.drain()
})

t.test('record waits a moment after a commit for as many as there were, and no longer', async (t) => {
  const { brought, answers, send, sent, recorder } = build({ ms: 0 }, { groupSize: 64, groupNotifications: 400 })
  send()
  await sent(1)
  for (let i = 0; i < 6; i++) send()
  await until(() => recorder.waiting === 6, 'six wait')
  answers[0]?.()
  // The seventh does not come back.
  await sent(2)
  for (let i = 0; i < 3; i++) send()
  await until(() => recorder.waiting === 3, 'three wait')
  answers[1]?.()
  // They come in the turns in which the three would have been sent alone.
  for (let i = 0; i < 6; i++) send()
  await sent(3)
  t.same(brought, [1, 6, 9])
  answers[2]?.()
  await recorder.drain()
})

t.test('record brings two together that would take turns', async (t) => {
  const { brought, answers, send, sent, recorder } = build({ ms: 0 })
  send()
  await sent(1)
  send()
  await until(() => recorder.waiting === 1, 'the second waits')
  answers[0]?.()
  // The first has heard of it, and sends again.
  send()
  await sent(2)
  t.same(brought, [1, 2])
  answers[1]?.()
  await recorder.drain()
})

t.test('record waits for no others after a slow commit of one', async (t) => {
  const clock = { ms: 0 }
  const { brought, answers, send, sent, recorder } = build(clock)
  send()
  await sent(1)
  clock.ms = 50
  answers[0]?.()
  await recorder.drain()
  send()
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  t.same(brought, [1, 1])
  answers[1]?.()
  await recorder.drain()
})
