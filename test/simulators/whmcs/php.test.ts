import t from 'tap'
import { decodeForm, toRecord, truthy } from './php-form.ts'
import { decodeFields } from './php-serialize.ts'

t.test('decodeForm makes of arrays what PHP makes of them', (t) => {
  const cases: [string, unknown][] = [
    ['pid=185&pid=242', { pid: '242' }],
    ['pid=185%2C242', { pid: '185,242' }],
    ['pid[]=185&pid[]=242', { pid: ['185', '242'] }],
    ['pid[0]=185&pid[1]=242', { pid: ['185', '242'] }],
    ['pid%5B0%5D=185&pid%5B1%5D=242', { pid: ['185', '242'] }],
    ['pid[1]=185', { pid: { 1: '185' } }],
    ['pid[3]=185&pid[]=242', { pid: { 3: '185', 4: '242' } }],
    ['pid=1&pid[]=2', { pid: ['2'] }],
    ['pid[0]=1&pid=2', { pid: '2' }],
    ['a[x][y]=1&a[x][z]=2', { a: { x: { y: '1', z: '2' } } }],
    ['a.b=1&c+d=2&e[f=3', { a_b: '1', c_d: '2', e_f: '3' }],
    ['notes=a+b%2B%C3%A9&flag&&=x', { notes: 'a b+é', flag: '' }],
  ]
  for (const [body, expected] of cases) t.strictSame(toRecord(decodeForm(body)), expected, body)
  const many = decodeForm(Array.from({ length: 1500 }, (_, index) => `v${index}=1`).join('&'))
  t.equal(many.size, 1000, 'max_input_vars')
  t.end()
})

t.test('truthy takes the word false for true, as PHP does', (t) => {
  for (const [body, expected] of [
    ['noinvoice=false', true],
    ['noinvoice=1', true],
    ['noinvoice=0', false],
    ['noinvoice=', false],
    ['other=1', false],
  ] as const) {
    t.equal(truthy(decodeForm(body).get('noinvoice')), expected, body)
  }
  t.end()
})

t.test('decodeFields counts bytes, and refuses silently what PHP refuses', (t) => {
  t.strictSame(decodeFields('YToxOntpOjE7czo2OiJHb29nbGUiO30='), { 1: 'Google' })
  t.strictSame(decodeFields('YToxOntpOjE7aTo5OTk7fQ=='), { 1: '999' })
  t.strictSame(decodeFields('YToxOntpOjEyO3M6Njoi5p2x5LqsIjt9'), { 12: '東京' })
  t.strictSame(decodeFields('YToxOntzOjM6ImEgYiI7czo1OiJ4Ink7eiI7fQ=='), { 'a b': 'x"y;z' })
  t.strictSame(decodeFields('YToxOntpOjEyO3M6MDoiIjt9'), { 12: '' })
  t.strictSame(decodeFields(Buffer.from('a:1:{i:12;s:2:"東京";}').toString('base64')), {})
  t.strictSame(decodeFields('not serialized'), {})
  t.end()
})
