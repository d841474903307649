/** Writes how many bytes an answered question leaves behind. Argument: the database. */
import { openPool } from '../../../src/ledger/postgres/pool.ts'
import { leftBehind } from '../../helpers/left-behind.ts'

const [, , url = ''] = process.argv
const pool = openPool({ url, connections: 2, name: 'left behind', onError: () => {} })
const text = (run: number) => Array.from({ length: 2_000 }, (_, i) => run + i).join(' ')
const bytes = await leftBehind(1_000, (run) =>
  pool.query({ name: 'length', text: 'select length($1::text)', values: [text(run)], rowMode: 'array' }),
)
await pool.end()
process.stdout.write(String(bytes))
