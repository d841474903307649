/** A recorder on a ledger of its own, and the names of the statements that it has asked. */
import type { Test } from 'tap'
import type { Runner } from '../../../src/ledger/postgres/query.ts'
import { createRecorder } from '../../../src/ledger/record/recorder.ts'
import { createBench } from '../../helpers/ledger.ts'

export async function createNamed(t: Test) {
  const bench = await createBench(t)
  const names: unknown[] = []
  const runner: Runner = {
    query(statement) {
      names.push(statement.name)
      return bench.pool.query(statement)
    },
  }
  return { ...bench, names, recorder: createRecorder({ runner }) }
}
