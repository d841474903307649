/** The statement that records any group of messages, and the choice between it and the quick ones. */
import type { Message } from '../../domain/notification.ts'
import { afterDeadlock } from '../postgres/deadlock.ts'
import { query, type Runner } from '../postgres/query.ts'
import { columnsOf, GROUP } from './columns.ts'
import { loneOf, recordFresh, recordLone } from './fresh.ts'
import { jsonbArray } from './jsonb.ts'
import type { Vault } from './vault.ts'

export const record = query(
  'record',
  {
    ...GROUP,
    ignored_code: 'text[]',
    ignored_message: 'text[]',
    traceparent: 'text[]',
  },
  { message_no: 'integer', recorded: 'integer', conflicting: 'integer' },
)

/** A row for each message that brought something new. `fields`: of all their notifications, as JSON. */
export async function recordMessages(runner: Runner, messages: Message[], fields: Buffer[], vault: Vault | undefined) {
  const lone = loneOf(messages)
  if (lone !== undefined) {
    return await afterDeadlock(async () =>
      (await recordLone(runner, lone, fields, vault)) ? allNew(messages) : recordGroup(runner, messages, fields, vault),
    )
  }
  const columns = columnsOf(messages, await jsonbArray(fields), vault)
  return await afterDeadlock(async () =>
    (await recordFresh(runner, messages, columns)) ? allNew(messages) : record(runner, columns),
  )
}

/** The same by the one statement that fits all: also in a transaction, which a violated key would end. */
export async function recordGroup(runner: Runner, messages: Message[], fields: Buffer[], vault?: Vault) {
  return await record(runner, columnsOf(messages, await jsonbArray(fields), vault))
}

const allNew = (messages: Message[]) =>
  messages.map(({ notifications }, i) => ({ message_no: i + 1, recorded: notifications.length, conflicting: 0 }))
