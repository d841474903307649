/**
 * Whose secret this is: that of a token, or of a session. The valid ones are read all at once, as there are few, and kept
 * for a moment. So a stranger who tries one after the other costs the ledger nothing but a read now and then.
 */
import { timingSafeEqual } from 'node:crypto'
import { setTimeout as rest } from 'node:timers/promises'
import type { Secret } from '../../operations/token-text.ts'

/** Something that opens doors now. */
export interface Kept {
  id: string
  hash: Buffer
}

export interface SecretsPort<Entry extends Kept> {
  valid(): Promise<Entry[]>
  /** It has been used. */
  touch(id: string): Promise<void>
}

export interface SecretsOptions<Entry extends Kept> {
  ledger: SecretsPort<Entry>
  /** Milliseconds that only go forward. */
  now: () => number
  /** The use of one could not be written down. */
  onError: (error: unknown) => void
  /** How long what was read is good for, ms: revoking and expiry take no longer. */
  freshMs?: number
  /** Between two reads for those that were not among the last ones, ms. */
  restMs?: number
  /** How often the use of one is written down, ms. */
  touchMs?: number
}

export interface Secrets<Entry extends Kept> {
  /** Undefined: it opens nothing. Rejects when the ledger is away. */
  find(secret: Secret | undefined): Promise<Entry | undefined>
  /** What was read is no good any more: one was taken back here. */
  forget(): void
}

export function createSecrets<Entry extends Kept>(options: SecretsOptions<Entry>): Secrets<Entry> {
  const { ledger, now, onError, freshMs = 2_000, restMs = 100, touchMs = 60_000 } = options
  const touched = new Map<string, number>()
  let known: { at: number; byId: Map<string, Entry> } | undefined
  let next: Promise<void> | undefined
  let lastRead = Number.NEGATIVE_INFINITY

  /** By a read that begins after the call: it sees what was there by then. All that call meanwhile share it. */
  function read(): Promise<void> {
    next ??= readAfterRest()
    return next
  }

  async function readAfterRest(): Promise<void> {
    const left = lastRead + restMs - now()
    // Also where there is none: all that call in this turn share the read.
    await (left > 0 ? rest(left) : undefined)
    next = undefined
    const at = now()
    lastRead = at
    const valid = await ledger.valid()
    // Two may be on their way: the one that began later knows more.
    if (known === undefined || known.at <= at) known = { at, byId: new Map(valid.map((entry) => [entry.id, entry])) }
  }

  async function entryOf(id: string): Promise<Entry | undefined> {
    if (known !== undefined && now() - known.at < freshMs) {
      const entry = known.byId.get(id)
      if (entry !== undefined) return entry
    }
    await read()
    return known?.byId.get(id)
  }

  function touch(id: string): void {
    const before = touched.get(id)
    if (before !== undefined && now() - before < touchMs) return
    touched.set(id, now())
    ledger.touch(id).catch(onError)
  }

  return {
    async find(secret) {
      const entry = secret && (await entryOf(secret.id))
      if (secret === undefined || entry === undefined || !timingSafeEqual(entry.hash, secret.hash)) return undefined
      touch(entry.id)
      return entry
    },
    forget() {
      known = undefined
    },
  }
}
