/**
 * Tells other processes what is due, by NOTIFY outside of the insert's transaction: inside it, it costs more than half
 * of the commits. Only a hint that saves waiting. Polling is the guarantee, and all there is behind a pooler, which
 * passes no notifications on.
 */
import pg from 'pg'
import { STEPS, type Step } from '../../domain/notification.ts'
import type { Pool } from './pool.ts'

/** There is work for this organisation at this step. */
export interface DueNotice {
  organizationId: string
  step: Step
}

const CHANNEL = 'soapstone_due'

export interface Announcer {
  announce(notice: DueNotice): void
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
  let timer: NodeJS.Timeout | undefined

  function send(): void {
    timer = undefined
    const payloads = [...waiting]
    waiting.clear()
    pool.query(`select pg_notify('${CHANNEL}', p) from unnest($1::text[]) as p`, [payloads]).catch(onError)
  }

  return {
    announce({ organizationId, step }) {
      waiting.add(JSON.stringify({ organizationId, step, worker }))
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
  onError: (error: unknown) => void
  /** How long after a lost connection it connects again, ms. */
  reconnectMs?: number
}

export function openListener({ url, worker, onDue, onError, reconnectMs = 5_000 }: ListenerOptions): Listener {
  let client: pg.Client | undefined
  let reconnect: NodeJS.Timeout | undefined
  let closed = false

  async function listen(): Promise<void> {
    const mine = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 3_000,
      application_name: 'soapstone listener',
      keepAlive: true,
    })
    client = mine
    mine.on('error', onError)
    mine.on('end', again)
    mine.on('notification', ({ payload }) => hear(payload))
    try {
      await mine.connect()
      if (await isPooled(mine)) return await leave(mine)
      await mine.query(`listen ${CHANNEL}`)
    } catch (error) {
      onError(error)
      await mine.end().catch(() => {})
      again()
    }
  }

  function hear(payload: string | undefined): void {
    const heard = readPayload(payload)
    if (heard && heard.worker !== worker) onDue({ organizationId: heard.organizationId, step: heard.step })
  }

  /** A pooler gives the server's connection to whoever is next: what it hears would reach nobody, or the wrong one. */
  async function leave(mine: pg.Client): Promise<void> {
    mine.off('end', again)
    await mine.end()
  }

  function again(): void {
    if (closed) return
    clearTimeout(reconnect)
    reconnect = setTimeout(() => void listen(), reconnectMs)
  }

  void listen()
  return {
    async close() {
      closed = true
      clearTimeout(reconnect)
      await client?.end().catch(() => {})
    },
  }
}

/** Undefined: not one of ours. Whoever may connect to the database may notify. */
function readPayload(payload = ''): (DueNotice & { worker: string }) | undefined {
  let read: unknown
  try {
    read = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null) return undefined
  const { organizationId, step, worker }: Partial<Record<string, unknown>> = { ...read }
  const known = STEPS.find((one) => one === step)
  if (typeof organizationId !== 'string' || typeof worker !== 'string' || known === undefined) return undefined
  return { organizationId, step: known, worker }
}

/** A pooler names a process of its own when it is connected to: the cancel key is its own. */
async function isPooled(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return 'processID' in client && client.processID !== rows[0]?.pid
}
