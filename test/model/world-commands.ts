/** What senders, people, WHMCS and time do to the ledger. */
import { deepStrictEqual, rejects } from 'node:assert'
import type { Ignored, Notification, Step } from '../../src/domain/notification.ts'
import { replay } from '../../src/ledger/people/acts.ts'
import { createIntents } from '../../src/ledger/work/intents.ts'
import { message, ORGANIZATION, provisionRequest, salesforceId } from '../helpers/messages.ts'
import { type Command, command, count } from './command.ts'
import * as rules from './rules.ts'

export function record(numbers: number[], times: 'once' | 'twice at the same time'): Command {
  return command(`record(${numbers}, ${times})`, async (model, { recorder, seen }) => {
    const notifications = numbers.map(notificationOf)
    const fresh = rules.record(
      model,
      notifications.map(({ notificationId: id, recordId }) => (recordId === undefined ? { id } : { id, recordId })),
    )
    const messages = times === 'once' ? [1] : [1, 2]
    const recorded = await Promise.all(messages.map(() => recorder.record(message(notifications))))
    const sum = (key: 'recorded' | 'duplicates') => recorded.reduce((all, one) => all + one[key], 0)
    deepStrictEqual(sum('recorded'), fresh)
    deepStrictEqual(sum('duplicates'), messages.length * numbers.length - fresh)
    count(seen, 'duplicate', sum('duplicates'))
  })
}

/** `nth` of those that are final; every third time of all that there could be. */
export function replayOne(nth: number, step: Step | undefined): Command {
  return command(`replay(${nth}, ${step ?? 'where it makes sense'})`, async (model, { bench, seen }) => {
    const finals = [...model.entries.values()].filter(({ state }) => state !== 'pending' && state !== 'working')
    const entry = nth % 3 === 0 ? undefined : finals[nth % finals.length]
    const notificationId = entry?.id ?? notificationOf(nth).notificationId
    const found = model.entries.get(notificationId)
    const expected = rules.replayStep(model, found, step)
    const request = {
      organizationId: ORGANIZATION,
      notificationId,
      reason: 'model',
      by: { name: 'model', via: 'cli' },
      ...(step && { step }),
    }
    if (found === undefined || expected === undefined) return rejects(replay(bench.pool, request))
    deepStrictEqual(await replay(bench.pool, request), expected)
    rules.replayEntry(model, found, expected)
    count(seen, 'replayed')
  })
}

/** The order of this record is made and accepted in WHMCS. */
export function accept(n: number): Command {
  return command(`accept(${n})`, async (model, { bench }) => {
    const [orderId, whmcsOrderId] = [recordOf(n), String(500 + (n % RECORDS))]
    const intents = createIntents(bench.pool)
    await intents.recordOrder(ORGANIZATION, provisionRequest(orderId), { whmcsOrderId, adopted: false })
    await bench.accept(orderId)
    model.accepted.set(orderId, whmcsOrderId)
  })
}

/** Few enough that they meet, and enough that not all wait for one. */
const RECORDS = 9
const SHIFTED = {
  notification: ['received_at'],
  outcome: ['received_at', 'finalized_at'],
  work: ['leased_at', 'lease_until', 'due_at', 'received_at'],
  pause: ['until'],
}

/** Everything in the ledger becomes older. */
export function pass(seconds: number): Command {
  return command(`pass(${seconds} s)`, async (model, { bench }) => {
    for (const [table, names] of Object.entries(SHIFTED)) {
      const columns = names.map((column) => `${column} = ${column} - $1::interval`)
      await bench.rows(`update ledger.${table} set ${columns}`, [`${seconds} s`])
    }
    model.now += seconds
  })
}

/** Notification `n` of the model; every fifteenth is of a record that was deleted. */
function notificationOf(n: number): Notification {
  const notificationId = salesforceId('04l', n)
  if (n % 15 === 14) {
    const ignored: Ignored = { code: 'RECORD_DELETED', message: 'The record was deleted.' }
    return { notificationId, recordType: '', fields: {}, ignored }
  }
  return { notificationId, recordType: 'Order', recordId: recordOf(n), fields: {} }
}

function recordOf(n: number): string {
  return salesforceId('801', n % RECORDS)
}
