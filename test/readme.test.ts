import t from 'tap'
import { documents } from './helpers/readme.ts'

for (const { path, current, generated } of documents()) {
  t.test(`${path} shows what the code has (else: npm run readme)`, async (t) => t.equal(current, generated))
}
