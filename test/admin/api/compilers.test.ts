import t from 'tap'
import { createCompilers } from '../../../src/admin/api/compilers.ts'

const ROUTE = { method: 'GET', url: '/x' }

t.test('compilers compile a schema when it is first used, and once', async (t) => {
  let reads = 0
  const schema = {
    type: 'object',
    required: ['count'],
    get properties() {
      reads += 1
      return { count: { type: 'integer' } }
    },
  }
  const { validator, serializer } = createCompilers()
  const check = validator({ ...ROUTE, httpPart: 'querystring', schema })
  const write = serializer({ ...ROUTE, httpStatus: '200', schema })
  t.equal(reads, 0)

  const asked = { count: '3' }
  t.equal(check(asked), true)
  t.same(asked, { count: 3 }, 'a number of the address is one')
  t.match(check({}), { error: [{ keyword: 'required', params: { missingProperty: 'count' } }] })
  t.equal(write({ count: 3, secret: 'x' }), '{"count":3}')
  const once = reads
  t.match(check({ count: 'x' }), { error: [{ keyword: 'type', instancePath: '/count' }] })
  t.equal(write({ count: 4 }), '{"count":4}')
  t.equal(reads, once)
})
