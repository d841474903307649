import t from 'tap'
import { numberSaidBy } from '../../helpers/left-behind.ts'

t.test('a body that has come leaves nothing in memory', async (t) => {
  const bytes = await numberSaidBy(new URL('./left-behind.ts', import.meta.url))
  t.ok(bytes < 50, `${Math.round(bytes)} bytes of each`)
})
