import t from 'tap'
import { schemaState } from '../../../src/ledger/schema/migrate.ts'
import { openLine } from '../../chaos/proxy.ts'
import { createDatabase } from '../../helpers/postgres.ts'

t.test(
  'schemaState gives up on a server that falls silent: a process that starts must not wait for ever',
  async (t) => {
    const url = await createDatabase(t)
    const line = await openLine(
      () => Number(new URL(url).port),
      (bytes) => {
        if (bytes.includes('select')) line.blackHole()
      },
    )
    t.teardown(() => line.close())
    const silent = Object.assign(new URL(url), { port: String(line.port) }).href
    await t.rejects(schemaState(silent), { message: /timeout/ })
  },
)
