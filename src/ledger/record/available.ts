import { isUnavailable } from '../postgres/pool.ts'
import { LedgerUnavailable } from './recorder.ts'

/** That the ledger is away becomes the one error by which doors and portal know it. */
export async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isUnavailable(error)) throw new LedgerUnavailable(String(error), error)
    throw error
  }
}
