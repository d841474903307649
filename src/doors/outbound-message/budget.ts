/**
 * Memory for large bodies. Each takes several times its size until it is recorded. A body that finds no room waits for
 * its turn, unread, and one sender never gets more than half. Small bodies take nothing of the budget: the number of
 * connections bounds them.
 */

/** The memory set aside for large messages is in use: try again later. */
export class Overloaded extends Error {
  constructor() {
    super('the memory for messages is in use')
  }
}

export interface Share {
  /** For a body of unknown length. It can't wait: it has memory already that others wait for. False: there is no room. */
  grow(bytes: number): boolean
  release(): void
}

export interface Budget {
  /** Resolves when there is room. Rejects with Overloaded when there was none in time, or too many wait. */
  reserve(bytes: number, sender: string): Promise<Share>
  /** A share of nothing, to grow. */
  open(sender: string): Share
}

export interface BudgetOptions {
  /** Bytes of bodies. */
  total: number
  waitMs: number
  /** How many may wait. */
  queue?: number
}

interface Waiting {
  bytes: number
  sender: string
  admit: (share: Share) => void
  timer: NodeJS.Timeout
}

export function createBudget({ total, waitMs, queue = 100 }: BudgetOptions): Budget {
  const held = new Map<string, number>()
  const waiting: Waiting[] = []
  let used = 0

  const fits = (bytes: number, sender: string) => used + bytes <= total && withinShare(bytes, sender)

  /** A sender's first body may be as large as the budget; from then on half of it is the most. */
  function withinShare(bytes: number, sender: string): boolean {
    const own = held.get(sender) ?? 0
    return own === 0 || own + bytes <= total / 2
  }

  function take(bytes: number, sender: string): void {
    used += bytes
    const own = (held.get(sender) ?? 0) + bytes
    if (own === 0) held.delete(sender)
    else held.set(sender, own)
  }

  function open(sender: string, reserved = 0): Share {
    let mine = reserved
    take(reserved, sender)
    return {
      grow(bytes) {
        // What it has itself is no reason to refuse it: one sender's one body may take all.
        const others = (held.get(sender) ?? 0) - mine
        if (used + bytes > total || (others > 0 && others + mine + bytes > total / 2)) return false
        mine += bytes
        take(bytes, sender)
        return true
      },
      release() {
        take(-mine, sender)
        mine = 0
        admitWaiting()
      },
    }
  }

  /** In their order, so that small ones don't pass a large one for ever; who has his share already holds up nobody. */
  function admitWaiting(): void {
    for (const one of [...waiting]) {
      if (!withinShare(one.bytes, one.sender)) continue
      if (!fits(one.bytes, one.sender)) return
      leave(one)
      one.admit(open(one.sender, one.bytes))
    }
  }

  function leave(one: Waiting): void {
    clearTimeout(one.timer)
    waiting.splice(waiting.indexOf(one), 1)
  }

  return {
    open: (sender) => open(sender),
    reserve(bytes, sender) {
      const isNext = !waiting.some((one) => withinShare(one.bytes, one.sender))
      if (isNext && fits(bytes, sender)) return Promise.resolve(open(sender, bytes))
      if (waiting.length >= queue) return Promise.reject(new Overloaded())
      return new Promise((admit, reject) => {
        const giveUp = () => {
          leave(one)
          reject(new Overloaded())
        }
        const one = { bytes, sender, admit, timer: setTimeout(giveUp, waitMs) }
        waiting.push(one)
      })
    },
  }
}
