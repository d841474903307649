import t from 'tap'
import { createIpList, readListFile, splitList } from '../../src/runtime/ip-list.ts'

t.test('createIpList knows single addresses and networks of both versions', async (t) => {
  const { allowed } = createIpList(['192.0.2.7', '10.1.2.3/8', '2001:db8::/32', '::ffff:198.51.100.0/120'])
  const known = [
    '192.0.2.7',
    '::ffff:192.0.2.7',
    '::ffff:c000:207',
    '10.0.0.0',
    '10.255.255.255',
    '::ffff:10.9.9.9',
    '2001:db8::1',
    '2001:0DB8:ffff::1%eth0',
    '198.51.100.200',
  ]
  for (const address of known) t.ok(allowed(address), address)
  const others = ['192.0.2.8', '11.0.0.0', '9.255.255.255', '2001:db9::1', '::1', '::ffff:11.0.0.1', '198.51.101.0']
  for (const address of others) t.notOk(allowed(address), address)
})

t.test('createIpList has nothing that is no address: not what a header may say instead of one', async (t) => {
  const { allowed } = createIpList(['0.0.0.0/0', '::/0'])
  const none = ['', 'unknown', '10.1.1.1:443', '[::1]', '10.1.1', '010.1.1.1', '10.1.1.1,', ' 10.1.1.1', '0x0a.1.1.1']
  for (const address of none) t.notOk(allowed(address), address)
})

t.test('createIpList refuses what it can not read, and names it', async (t) => {
  const wrong = [
    '10.0.0.0/33',
    '2001:db8::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/0x8',
    '10.0.0.*',
    '10.0.0.1-10.0.0.9',
    'fe80::1%eth0',
    'example.com',
    '*',
  ]
  for (const entry of wrong) {
    t.throws(
      () => createIpList(['192.0.2.7', entry]),
      { message: `has an entry that is no address and no network such as 192.0.2.0/24: ${JSON.stringify(entry)}` },
      entry,
    )
  }
  t.throws(() => createIpList(['x'.repeat(200)]), { message: /: "x{40}\.\.\."$/ }, 'not all of it')
  t.throws(() => createIpList([]), { message: 'names no address' }, 'nobody means a list without entries')
})

t.test('splitList takes commas and blanks', async (t) => {
  t.same(splitList('10.0.0.0/8, 192.0.2.7\n::1,'), ['10.0.0.0/8', '192.0.2.7', '::1'])
})

t.test('readListFile reads a list of lines with comments, as any editor writes it', async (t) => {
  t.same(readListFile('\uFEFF# the office\r\n192.0.2.7 # Ada\r\n\r\n  10.0.0.0/8\r# end'), ['192.0.2.7', '10.0.0.0/8'])
  t.same(readListFile('# nothing but words\n'), [])
})

t.test('readListFile reads the ranges of Salesforce, each a text or a list', async (t) => {
  const prefixes = [
    { ip_prefix: ['192.0.2.0/24', '198.51.100.0/24'], region: 'eu-central-1' },
    { ip_prefix: '2001:db8::/32', direction: 'outbound' },
  ]
  const expected = ['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/32']
  t.same(readListFile(JSON.stringify({ createDate: '2026-11-25', prefixes })), expected)
  t.same(readListFile(`\n ${JSON.stringify({ prefixes }, null, 2)}`), expected)
})

t.test('readListFile refuses JSON that is another one, or not whole', async (t) => {
  const text = JSON.stringify({ prefixes: [{ ip_prefix: ['192.0.2.0/24'] }] })
  t.throws(() => readListFile(text.slice(0, -1)), { message: 'is not JSON, though it begins like it' })
  for (const other of ['{}', '{"prefixes":{}}', '{"ranges":[]}']) {
    t.throws(() => readListFile(other), { message: 'is JSON without a list called prefixes' }, other)
  }
  for (const entry of ['{}', '7', 'null', '{"ip_prefix":7}', '{"ip_prefix":["192.0.2.0/24",null]}']) {
    t.throws(() => readListFile(`{"prefixes":[${entry}]}`), { message: /without ip_prefix/ }, entry)
  }
})
