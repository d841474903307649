import t from 'tap'
import { overtaken } from './overtaken.ts'

t.test('overtaken counts, for each order, the later ones that were sent before it', async (t) => {
  t.same(overtaken([]), [])
  t.same(overtaken([1, 2, 3]), [0, 0, 0])
  t.same(overtaken([3, 2, 1]), [0, 1, 2])
  t.same(overtaken([2, 3, 1, 4]), [0, 0, 2, 0])
  t.same(overtaken([2, 2, 1, 2, 1]), [0, 0, 2, 0, 3])
})
