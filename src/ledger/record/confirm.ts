/**
 * A repeat is Acked only when what it repeats is on the standby, too. A commit that wrote nothing waits for nobody, and
 * the rows that it found may be here alone: the server was restarted, or their session ended, while it waited for the
 * standby. A group that brought anything new needs no more: where commits have to be, they are in order, and those rows'
 * commit came before its own.
 */
import { query, type Runner } from '../postgres/query.ts'

export const confirm = query('confirm', {}, { confirmed: 'boolean' })

/** For the recorder: its statement has a row for what was new, and none where there was nothing to write. */
export function confirming(runner: Runner): Runner {
  return {
    async query(statement) {
      const result = await runner.query(statement)
      if (statement.name !== 'record' || result.rows.length > 0) return result
      const { query_timeout: patience } = statement
      const own: Runner = {
        query: (asked) => runner.query({ ...asked, ...(patience !== undefined && { query_timeout: patience }) }),
      }
      await confirm(own, {})
      return result
    },
  }
}
