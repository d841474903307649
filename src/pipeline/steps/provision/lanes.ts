/**
 * A product whose orders WHMCS does not answer - its module waits for a server that hangs, say - must not take all the
 * places at which others could be provisioned. As long as its last order had no clear answer, one of its orders tries at a
 * time; the others step aside. Known to this process alone: the next one finds out for itself.
 */
import { Failure } from '../../../domain/failure.ts'

export interface Lanes {
  /** Does the work for an order of these products; undefined: it has to step aside. */
  run<T>(pids: string[], work: () => Promise<T>): Promise<T> | undefined
}

export function createLanes(): Lanes {
  /** By product without a clear answer: whether one of its orders is trying. */
  const silent = new Map<string, 'free' | 'taken'>()

  async function watch<T>(pids: string[], work: () => Promise<T>): Promise<T> {
    const taken = pids.filter((pid) => silent.has(pid))
    for (const pid of taken) silent.set(pid, 'taken')
    try {
      const result = await work()
      for (const pid of pids) silent.delete(pid)
      return result
    } catch (error) {
      const clear = !(error instanceof Failure) || error.code !== 'WHMCS_OUTCOME_UNKNOWN'
      for (const pid of pids) {
        if (clear) silent.delete(pid)
        else if (taken.includes(pid) || !silent.has(pid)) silent.set(pid, 'free')
      }
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
