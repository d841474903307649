import t from 'tap'
import { currentReadme, generatedReadme } from './helpers/readme.ts'

t.test('the README shows every setting and every failure as the code has them (else: npm run readme)', async (t) => {
  t.equal(currentReadme(), generatedReadme())
})
