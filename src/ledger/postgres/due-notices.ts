/**
 * Tells other processes what is due, and which orders have moved, by NOTIFY outside of the insert's transaction: inside
 * it, it costs more than half of the commits. Only a hint that saves waiting. Polling is the guarantee, and all there is
 * behind a pooler, which passes no notifications on.
 */
import { STEPS, type Step } from '../../domain/notification.ts'
import { type Connection, createConnector, hangUp } from './connection.ts'
import type { Pool } from './pool.ts'
import { within } from './within.ts'

/** There is work for this organisation at this step. */
export interface DueNotice {
  organizationId: string
  step: Step
}

const CHANNEL = 'soapstone_due'
/** Orders in one notice: a payload may have 8,000 bytes. */
const ORDERS_IN_NOTICE = 250

export interface Announcer {
  announce(notice: DueNotice): void
  /** It has ended, or is provisioned: somebody may wait for that. */
  announceOrder(orderId: string): void
  close(): void
}

export interface AnnouncerOptions {
  pool: Pool
  /** Who announces: listeners of the same name pay no attention. */
  worker: string
  onError: (error: unknown) => void
  /** However often something is announced, each notice is sent once in this time, ms. */
  quietMs?: number
}

export function createAnnouncer({ pool, worker, onError, quietMs = 100 }: AnnouncerOptions): Announcer {
  const waiting = new Set<string>()
  const moved = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  function send(): void {
    timer = undefined
    const payloads = [...waiting]
    waiting.clear()
    const orders = [...moved]
    moved.clear()
    for (let i = 0; i < orders.length; i += ORDERS_IN_NOTICE) {
      payloads.push(JSON.stringify({ orders: orders.slice(i, i + ORDERS_IN_NOTICE), worker }))
    }
    pool.query(`select pg_notify('${CHANNEL}', p) from unnest($1::text[]) as p`, [payloads]).catch(onError)
  }

  return {
    announce({ organizationId, step }) {
      waiting.add(JSON.stringify({ organizationId, step, worker }))
      timer ??= setTimeout(send, quietMs)
    },
    announceOrder(orderId) {
      moved.add(orderId)
      timer ??= setTimeout(send, quietMs)
    },
    close: () => clearTimeout(timer),
  }
}

export interface Listener {
  close(): Promise<void>
}

export interface ListenerOptions {
  url: string
  /** Its own announcements are not passed on. */
  worker: string
  onDue: (notice: DueNotice) => void
  /** Orders that have moved. */
  onOrders?: (orderIds: string[]) => void
  onError: (error: unknown) => void
  /** How long after a lost connection it connects again, ms. */
  reconnectMs?: number
  /** How often it makes sure that it would be told, ms: from a server that vanished it hears as little as from a quiet one. */
  checkMs?: number
  /** How long it waits for the answer to that, ms. */
  answerMs?: number
}

export function openListener(options: ListenerOptions): Listener {
  const { url, worker, onDue, onOrders, onError, reconnectMs = 5_000, checkMs = 60_000, answerMs = 5_000 } = options
  const connect = createConnector({ url, name: 'soapstone listener', access: 'write', onError })
  let connection: Connection | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  async function listen(): Promise<void> {
    try {
      const mine = await connect()
      // A pooler gives the server's connection to whoever is next: what it hears would reach nobody, or the wrong one.
      if (closed || mine.pooled) return hangUp(mine)
      connection = mine
      mine.client.on('end', again)
      mine.client.on('notification', ({ payload }) => hear(payload))
      await within(answerMs, mine.client.query(`listen ${CHANNEL}`))
      checkLater(mine)
    } catch (error) {
      lost(error)
    }
  }

  function checkLater(mine: Connection): void {
    if (connection === mine) later(checkMs, () => check(mine).then(() => checkLater(mine), lost))
  }

  /** A connection that has to be followed to another server: this one is a standby now. */
  async function check(mine: Connection): Promise<void> {
    const asked = mine.client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
    const { rows } = await within(answerMs, asked)
    if (rows[0]?.standby !== false) throw new Error('the server of the listener is a standby')
  }

  function lost(error: unknown): void {
    // A try that was under way at the close fails afterwards: that is nobody's error any more.
    if (closed) return
    onError(error)
    again()
  }

  function hear(payload: string | undefined): void {
    const heard = readPayload(payload)
    if (heard === undefined || heard.worker === worker) return
    if ('orders' in heard) onOrders?.(heard.orders)
    else onDue({ organizationId: heard.organizationId, step: heard.step })
  }

  function again(): void {
    leave()
    later(reconnectMs, listen)
  }

  function leave(): void {
    const mine = connection
    connection = undefined
    if (mine === undefined) return
    mine.client.off('end', again)
    hangUp(mine)
  }

  function later(ms: number, turn: () => Promise<void>): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(() => void turn(), ms)
  }

  void listen()
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      leave()
    },
  }
}

/** Undefined: not one of ours. Whoever may connect to the database may notify. */
function readPayload(payload = ''): ((DueNotice | { orders: string[] }) & { worker: string }) | undefined {
  let read: unknown
  try {
    read = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null) return undefined
  const { organizationId, step, worker, orders }: Partial<Record<string, unknown>> = { ...read }
  if (typeof worker !== 'string') return undefined
  if (Array.isArray(orders)) return { orders: orders.filter((one) => typeof one === 'string'), worker }
  const known = STEPS.find((one) => one === step)
  if (typeof organizationId !== 'string' || known === undefined) return undefined
  return { organizationId, step: known, worker }
}
