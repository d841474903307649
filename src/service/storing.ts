/**
 * Whether messages can be stored: what came of the recorder's commits says so, and where there were none a commit of our
 * own. A server that answers questions is not enough: it may be a standby, its disk full, its commits waiting for another.
 */
import { isUnavailable } from '../ledger/postgres/pool.ts'
import type { Runner } from '../ledger/postgres/query.ts'

export interface Storing {
  /** For the recorder: its statements are watched. */
  runner: Runner
  /** Why nothing can be stored. Undefined: it can. Answers within two seconds. */
  reason(): Promise<string | undefined>
}

export interface StoringOptions {
  /** The recorder's. */
  runner: Runner
  /** Resolves when something was stored as messages are; rejects with why not. Only one is under way at a time. */
  probe: () => Promise<void>
  /** Milliseconds that only go forward. */
  now: () => number
  deadlineMs?: number
}

/** What a commit says of the next one. */
const FRESH_MS = 1_000
/** After a failed one a probe is not taken at its word: a full disk may have room for it. */
const DOUBT_MS = 5_000

interface Finding {
  at: number
  reason: string | undefined
}

export function watchStoring({ runner, probe, now, deadlineMs = 2_000 }: StoringOptions): Storing {
  let finding: Finding = { at: Number.NEGATIVE_INFINITY, reason: undefined }
  let failedAt = Number.NEGATIVE_INFINITY
  let probing: Promise<void> | undefined
  let probedAt = 0

  function found(reason: string | undefined): void {
    finding = { at: now(), reason }
  }

  function probeOnce(): Promise<void> {
    if (probing !== undefined) return probing
    probedAt = now()
    probing = probe()
      .then(
        () => found(undefined),
        (error: unknown) => found(describe(error)),
      )
      .finally(() => {
        probing = undefined
      })
    return probing
  }

  return {
    runner: {
      async query(statement) {
        try {
          const result = await runner.query(statement)
          failedAt = Number.NEGATIVE_INFINITY
          found(undefined)
          return result
        } catch (error) {
          if (isUnavailable(error)) {
            failedAt = now()
            found(describe(error))
          }
          throw error
        }
      },
    },
    async reason() {
      if (now() - failedAt < DOUBT_MS || now() - finding.at < FRESH_MS) return finding.reason
      let timer: NodeJS.Timeout | undefined
      const answer = probeOnce().then(() => finding.reason)
      // Of one that is late already nobody has to wait for the answer again.
      const left = Math.max(0, probedAt + deadlineMs - now())
      const late = new Promise<string>((resolve) => {
        timer = setTimeout(() => resolve(`no commit was confirmed in ${deadlineMs} ms`), left)
      })
      try {
        return await Promise.race([answer, late])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error)
}
