import t from 'tap'
import { masked, namesLike } from '../../src/runtime/masked.ts'

t.test('masked hides the values of named fields, however deep, and sessions in every text', async (t) => {
  const isPrivate = namesLike(['*email*', 'Phone', 'a.b'])
  const at = new Date(0)
  t.same(
    masked(
      { Email__c: 'x@y', list: [{ phone: '1', phones: '2' }], none: null, PHONE: null, at, 'a.b': 1, axb: 2 },
      isPrivate,
    ),
    { Email__c: '***', list: [{ phone: '***', phones: '2' }], none: null, PHONE: null, at, 'a.b': '***', axb: 2 },
  )
  t.equal(masked('with 00D000000000001AAA!AQ.x_y and more', isPrivate), 'with *** and more')
})
