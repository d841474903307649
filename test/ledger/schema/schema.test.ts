import { readFile } from 'node:fs/promises'
import t from 'tap'
import { createDatabase } from '../../helpers/postgres.ts'
import { describeSchema, SCHEMA_FILE } from '../../helpers/schema.ts'

t.test('sql/schema.sql is what the migrations make: else run npm run schema', async (t) => {
  t.equal(await readFile(SCHEMA_FILE, 'utf8'), await describeSchema(await createDatabase(t)))
})
