/**
 * WHMCS may give no answer for the orders of one product, for example because its module waits for a server that hangs.
 * These orders must not take all the places at which others could be provisioned. As long as the last order of a product
 * had no clear answer, one of its orders tries at a time; the others step aside. Only this process knows: another finds out
 * for itself.
 */
import { FAILURES } from '../../../domain/codes.ts'
import { Failure } from '../../../domain/failure.ts'
import type { Outcome } from '../../../domain/outcome.ts'

export interface Lanes {
  /** Does the work for an order of these products. Returns undefined when the order has to step aside. */
  run(pids: string[], work: () => Promise<Outcome>): Promise<Outcome> | undefined
}

export function createLanes(): Lanes {
  /** For each product without a clear answer: whether one of its orders is trying. */
  const silent = new Map<string, 'free' | 'taken'>()

  async function watch(pids: string[], work: () => Promise<Outcome>): Promise<Outcome> {
    const taken = pids.filter((pid) => silent.has(pid))
    for (const pid of taken) silent.set(pid, 'taken')
    const leave = (answer: Answer) => {
      if (answer === 'clear') for (const pid of pids) silent.delete(pid)
      else for (const pid of answer === 'none' ? pids : taken) if (!isOthers(pid)) silent.set(pid, 'free')
    }
    const isOthers = (pid: string) => silent.get(pid) === 'taken' && !taken.includes(pid)
    try {
      const outcome = await work()
      leave(outcome.kind === 'advance' ? 'clear' : 'not-asked')
      return outcome
    } catch (error) {
      leave(answerOf(error))
      throw error
    }
  }

  return {
    run(pids, work) {
      const products = [...new Set(pids)]
      return products.some((pid) => silent.get(pid) === 'taken') ? undefined : watch(products, work)
    },
  }
}

type Answer = 'clear' | 'none' | 'not-asked'

/** Only an answer about the order itself says something about its product. */
function answerOf(error: unknown): Answer {
  if (!(error instanceof Failure)) return 'not-asked'
  if (error.code === 'WHMCS_OUTCOME_UNKNOWN') return 'none'
  const said = FAILURES[error.code].class
  return said === 'permanent' || said === 'reconcile' ? 'clear' : 'not-asked'
}
