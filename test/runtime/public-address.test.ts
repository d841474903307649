import t from 'tap'
import { isPublicAddress, literalAddress } from '../../src/runtime/public-address.ts'

t.test('isPublicAddress takes what is in the open internet', async (t) => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '169.253.1.1',
  ])
    t.ok(isPublicAddress(address), address)
  for (const address of ['2606:4700::1111', '2a00:1450:4001::200e', '2003::1']) t.ok(isPublicAddress(address), address)
})

t.test('isPublicAddress refuses what leads into our own network, or nowhere', async (t) => {
  const closed = [
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254', '169.254.169.254'],
    ...['172.16.0.1', '172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '168.63.129.16'],
    ...['::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', 'fe80::1', 'fe80::1%eth0', 'fc00::1'],
    ...['fd00:ec2::254', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:7f00:1::', '2001:db8::1', '100::1'],
    ...['localhost', 'example.com', '', '127.1', '2130706433'],
  ]
  for (const address of closed) t.notOk(isPublicAddress(address), address)
})

t.test('literalAddress reads every spelling of an address, and no name', async (t) => {
  const spellings = ['127.0.0.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.1', '127.0.0.1.', '１２７.0.0.1']
  for (const host of spellings) t.equal(literalAddress(`http://${host}:80/x`), '127.0.0.1', host)
  t.equal(literalAddress('http://0/'), '0.0.0.0')
  t.equal(literalAddress('http://[::ffff:127.0.0.1]/'), '::ffff:7f00:1')
  t.equal(literalAddress('https://[::1]:8443/'), '::1')
  t.equal(literalAddress('https://hooks.example.com/'), undefined)
  t.equal(literalAddress('https://localhost/'), undefined)
})
