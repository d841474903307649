import t from 'tap'
import { schemaState } from '../../src/ledger/migrate.ts'
import { openLine } from '../chaos/proxy.ts'
import { createDatabase } from '../helpers/postgres.ts'

t.test(
  'schemaState gives up on a server that has gone silent: a process that starts must not wait for ever',
  async (t) => {
    const url = new URL(await createDatabase(t))
    const line = await openLine(
      () => Number(url.port),
      (bytes) => {
        if (bytes.includes('ledger.migration')) line.blackHole()
      },
    )
    t.teardown(() => line.close())
    await t.rejects(schemaState(Object.assign(url, { port: String(line.port) }).href), { message: /timeout/ })
  },
)
