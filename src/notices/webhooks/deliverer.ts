/**
 * Delivers what is due, as every process of the installation does: claim, send, settle. Each webhook has places of its own
 * (see claim-deliveries), so that one which is slow or dead takes none of another.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../runtime/log.ts'
import type { Waker } from '../../runtime/waker.ts'
import type { Delivery, Send, Sent } from './delivery.ts'
import { nextDelay } from './schedule.ts'

export interface Settled {
  delivery: Delivery
  state: 'waiting' | 'delivered' | 'failed'
  /** Until the next try. */
  delayMs?: number
  status?: number
  error?: string
  answer?: string
  gone: boolean
}

/** What it asks of the ledger. */
export interface Deliveries {
  /** `busy`: how much this process has in hand, by webhook. */
  claim(busy: Map<string, number>): Promise<Delivery[]>
  /** Returns the webhooks that were disabled by it, and why. */
  settle(settled: Settled[]): Promise<{ webhookId: string; reason: string }[]>
}

export interface DelivererOptions {
  deliveries: Deliveries
  send: Send
  waker: Waker
  /** The longest wait until the ledger is looked at again, ms. */
  pollMs: number
  /** 0 <= x < 1. */
  random: () => number
  log: Log
  /** Called for each try that is settled. */
  onSettled: (state: Settled['state']) => void
}

export interface Deliverer {
  start(): void
  /** Claims no more, and waits for what is on its way: at most `drainMs`. */
  stop(drainMs: number): Promise<void>
}

const AGAIN_MS = 500
/** Less than a lease: what can't be settled by then is sent again by whoever claims it next. */
const MOST_TRIES = 20

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { deliveries, send, waker, pollMs, random, log, onSettled } = options
  const stopping = new AbortController()
  const stopped = new AbortController()
  const busy = new Map<string, number>()
  const inHand = new Set<Promise<void>>()
  let unsettled: Settled[] = []
  let settling: Promise<void> | undefined
  let loop: Promise<void> | undefined

  async function work(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      waker.reset()
      try {
        for (const delivery of await deliveries.claim(new Map(busy))) begin(delivery)
        failures = 0
      } catch (error) {
        failures += 1
        if (failures === 1) log.error({ err: error }, 'webhook.claim_failed')
      }
      if (!stopping.signal.aborted) await waker.rest(pollMs)
    }
  }

  function begin(delivery: Delivery): void {
    const { webhookId } = delivery
    busy.set(webhookId, (busy.get(webhookId) ?? 0) + 1)
    const done = send(delivery, stopped.signal)
      // What was cut off here is no fault of the receiver: its lease runs out, and another process sends it.
      .then((sent) => (stopped.signal.aborted ? undefined : settle(toSettled(delivery, sent, random))))
      .finally(() => {
        const left = (busy.get(webhookId) ?? 1) - 1
        if (left > 0) busy.set(webhookId, left)
        else busy.delete(webhookId)
        inHand.delete(done)
        waker.wake()
      })
    inHand.add(done)
  }

  /** What ends while a statement is on its way goes with the next one. */
  async function settle(one: Settled): Promise<void> {
    if (one.error !== undefined) tellOf(one)
    unsettled.push(one)
    while (unsettled.includes(one)) {
      settling ??= flush().finally(() => {
        settling = undefined
      })
      await settling
    }
  }

  async function flush(): Promise<void> {
    const group = [...unsettled]
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      try {
        const disabled = await deliveries.settle(group)
        for (const { webhookId, reason } of disabled) log.warn({ webhookId, reason }, 'webhook.disabled')
        for (const { state } of group) onSettled(state)
        break
      } catch (error) {
        if (tries === 1) log.error({ err: error }, 'webhook.settle_failed')
        if (stopped.signal.aborted) break
        await sleep(AGAIN_MS, undefined, { signal: stopped.signal }).catch(() => {})
      }
    }
    unsettled = unsettled.filter((one) => !group.includes(one))
  }

  function tellOf({ delivery, state, status, error, delayMs }: Settled): void {
    const { webhookId, event: told, attempts } = delivery
    const facts = { webhookId, eventId: told.id, type: told.type, attempt: attempts + 1, status, error }
    log.warn(
      { ...facts, ...(delayMs !== undefined && { againInMs: delayMs }) },
      state === 'waiting' ? 'webhook.waiting' : 'webhook.failed',
    )
  }

  return {
    start() {
      loop ??= work()
    },
    async stop(drainMs) {
      stopping.abort()
      waker.wake()
      await loop
      const deadline = new AbortController()
      await Promise.race([Promise.all(inHand), sleep(drainMs, undefined, { signal: deadline.signal }).catch(() => {})])
      deadline.abort()
      stopped.abort()
      await Promise.all(inHand)
    },
  }
}

export function toSettled(delivery: Delivery, sent: Sent, random: () => number): Settled {
  const { result, restMs = 0, ...answered } = sent
  if (result === 'delivered') return { delivery, state: 'delivered', ...answered }
  const delay = sent.gone ? undefined : nextDelay(delivery.attempts, random)
  if (delay === undefined) return { delivery, state: 'failed', ...answered }
  return { delivery, state: 'waiting', delayMs: Math.max(delay, restMs), ...answered }
}
