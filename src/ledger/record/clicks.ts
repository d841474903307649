/**
 * Signed requests, recorded: nonce, idempotency key and notification in one transaction. A crash between them would burn
 * the nonce without the work, or do the work and take the request a second time.
 */
import type { Message } from '../../domain/notification.ts'
import { limited } from '../../runtime/limited.ts'
import { afterDeadlock } from '../postgres/deadlock.ts'
import { type Pool, transaction } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import { available } from './available.ts'
import { encodeFields } from './jsonb.ts'
import { recordGroup } from './statement.ts'

export const takeClick = query(
  'take-click',
  {
    organization_id: 'text',
    nonce: 'text',
    held_for: 'interval',
    key: 'text',
    fingerprint: 'text',
    notification_id: 'text',
    record_id: 'text',
    status: 'integer?',
    answer: 'jsonb?',
  },
  { fresh: 'boolean', taken: 'boolean', other: 'boolean' },
)
export const readClick = query(
  'read-click',
  { organization_id: 'text', key: 'text' },
  { fingerprint: 'text', status: 'integer?', answer: 'jsonb?' },
)
export const answerClick = query(
  'answer-click',
  { organization_id: 'text', key: 'text', status: 'integer', answer: 'jsonb' },
  { key: 'text' },
)
export const askForWork = query(
  'ask-for-work',
  { organization_id: 'text', record_id: 'text', notification_id: 'text' },
  { record_id: 'text' },
)

/** An HTTP status, and what goes with it as JSON. */
export interface Answer {
  status: number
  body: unknown
}

export interface Click {
  nonce: string
  key: string
  fingerprint: string
  /** Of one notification, which names a record. */
  message: Message
  /** Where it is known already. */
  answer?: Answer
}

/** What came of it. `repeated`: the key is known, and what it asked for; with the first answer, if one was given. */
export type Taken =
  | { kind: 'recorded' }
  | { kind: 'repeated'; answer?: Answer }
  | { kind: 'nonce-used' }
  | { kind: 'key-of-another' }

export interface Clicks {
  /** Rejects with LedgerUnavailable when it is not certain that it is stored. */
  take(click: Click): Promise<Taken>
  /** Keeps what the first request with that key is answered, for those that come after it. */
  keep(click: Pick<Click, 'key'> & { organizationId: string }, answer: Answer): Promise<void>
}

export interface ClicksOptions {
  pool: Pool
  /** How long a nonce may not come again, ms. */
  nonceHeldMs: number
  /** There is work for that organisation. */
  onRecorded: (organizationId: string) => void
}

/** Of the pool's connections one is left to those who only ask. Hundreds that come together have a few seconds. */
const AT_A_TIME = { most: 2, waitMs: 10_000 }

export function createClicks({ pool, nonceHeldMs, onRecorded }: ClicksOptions): Clicks {
  const heldFor = `${nonceHeldMs} milliseconds`
  const inTurn = limited(AT_A_TIME)
  return {
    async take(click) {
      const inTransaction = () => transaction(pool, (runner) => takeIn(runner, click, heldFor))
      const taken = await available(() => inTurn(() => afterDeadlock(inTransaction)))
      if (taken.kind === 'recorded') onRecorded(click.message.organizationId)
      return taken
    },
    async keep({ organizationId: organization_id, key }, { status, body }) {
      const answer = JSON.stringify(body)
      await available(() => inTurn(() => answerClick(pool, { organization_id, key, status, answer })))
    },
  }
}

async function takeIn(
  runner: Runner,
  { nonce, key, fingerprint, message, answer }: Click,
  held_for: string,
): Promise<Taken> {
  const { organizationId: organization_id, notifications } = message
  const { notificationId: notification_id = '', recordId: record_id = '' } = notifications[0] ?? {}
  const [found] = await takeClick(runner, {
    ...{ organization_id, nonce, held_for, key, fingerprint, notification_id, record_id },
    status: answer?.status,
    answer: answer && JSON.stringify(answer.body),
  })
  if (found?.other) return { kind: 'key-of-another' }
  if (!found?.fresh) return { kind: 'nonce-used' }
  if (!found.taken) return await repeated(runner, { organization_id, key, fingerprint })
  const fields = await encodeFields(notifications.map((one) => one.fields))
  await recordGroup(runner, [message], fields)
  await askForWork(runner, { organization_id, record_id, notification_id })
  return { kind: 'recorded' }
}

async function repeated(
  runner: Runner,
  { fingerprint, ...known }: { organization_id: string; key: string; fingerprint: string },
): Promise<Taken> {
  const [first] = await readClick(runner, known)
  if (first?.fingerprint !== fingerprint) return { kind: 'key-of-another' }
  return {
    kind: 'repeated',
    ...(first.status !== undefined && { answer: { status: first.status, body: first.answer } }),
  }
}
