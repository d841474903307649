import t from 'tap'
import { bytesSaidBy } from '../../helpers/left-behind.ts'

t.test('a body that has come leaves nothing in memory', async (t) => {
  const bytes = await bytesSaidBy(new URL('./left-behind.ts', import.meta.url))
  t.ok(bytes < 50, `${Math.round(bytes)} bytes of each`)
})
