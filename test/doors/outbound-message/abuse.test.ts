import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { readContract } from '../../../src/doors/outbound-message/contract.ts'
import { LedgerUnavailable } from '../../../src/ledger/record/recorder.ts'
import { type DoorOptions, fieldsOf, openDoor } from '../../helpers/door.ts'
import { envelope, notification } from '../../helpers/envelopes.ts'
import { until } from '../../helpers/until.ts'

const wsdl = new URL('../../../wsdl/order.wsdl', import.meta.url).pathname
const FOREIGN = '00D000000000001EAA'
const foreign = envelope().replace('00DSs000000SOAPMA4', FOREIGN)

t.test('a message of another organisation is refused before the rest of it is read', async (t) => {
  const { post, door } = await build(t)
  const broken = foreign.replace(/<SessionId[\s\S]*/, '<<< not XML at all')
  t.match(await post(broken), { status: 403, body: 'not accepted here' })
  t.match(door.logged('security.foreign_organization'), [
    { organizationId: FOREIGN, ip: '127.0.0.1', endpoint: 'order' },
  ])
  t.equal(await door.metric('soapstone_security_events_total{kind="foreign_organization"}'), 1)
  t.same(door.recorded, [])
})

t.test('a burst of messages of other organisations, or of wrong keys, is a security event of its own', async (t) => {
  const { post, door } = await build(t, { key: 'the right key' })
  for (let i = 0; i < 12; i++) {
    t.match(await post(foreign, '?key=the%20right%20key'), { status: 403 })
    t.match(await post(envelope(), i % 2 ? '' : '?key=wrong'), { status: 403 })
  }
  t.match(door.logged('security.burst'), [
    { kind: 'foreign_organization', count: 10 },
    { kind: 'wrong_key', count: 10 },
  ])
  t.equal(await door.metric('soapstone_security_events_total{kind="wrong_key"}'), 12)
  t.equal(await door.metric('soapstone_security_events_total{kind="burst_wrong_key"}'), 1)
  t.notMatch(door.log.join(''), /right key/)
})

t.test('a burst of deleted records is a security event; a few are none', async (t) => {
  const { post, door } = await build(t)
  const deleted = (count: number) =>
    envelope({ notifications: Array(count).fill('<Notification><Id>04lSs00000Aa01xIAB</Id></Notification>').join('') })
  t.match(await post(deleted(9)), { status: 200 })
  t.same(door.logged('security.burst'), [])
  t.match(await post(deleted(1)), { status: 200 })
  t.match(door.logged('security.burst'), [{ kind: 'record_deleted', count: 10, ip: '127.0.0.1' }])
  t.equal(await door.metric('soapstone_security_events_total{kind="burst_record_deleted"}'), 1)
})

t.test('an id that comes with another record than before is told: somebody may have made it up', async (t) => {
  const record = async () => ({ recorded: 3, duplicates: 0, conflicting: 2 })
  const { post, door } = await build(t, { recorder: { record } })
  t.match(await post(envelope()), { status: 200, body: '<Ack>true</Ack>' })
  await until(() => door.logged('security.notification_id_reused').length > 0, 'the event')
  t.match(door.logged('security.notification_id_reused'), [
    { count: 2, actionId: '04kSs000000sT0nIAE', ip: '127.0.0.1' },
  ])
  t.equal(await door.metric('soapstone_security_events_total{kind="notification_id_reused"}'), 2)
})

const DRIFT: [what: string, fields: string, stored: object, told: object, refusal: RegExp][] = [
  [
    'a value of another type',
    '<sf:TotalAmount>1.234,50 EUR</sf:TotalAmount><sf:EffectiveDate>tomorrow</sf:EffectiveDate>',
    { TotalAmount: '1.234,50 EUR', EffectiveDate: 'tomorrow' },
    { mistypedFields: ['EffectiveDate', 'TotalAmount'] },
    /a value is not of the type of its field: EffectiveDate, TotalAmount</,
  ],
  [
    'a nested value',
    '<sf:Status><sf:label>Activated</sf:label></sf:Status>',
    { Status: '<label>Activated</label>' },
    { nestedFields: ['Status'] },
    /a field is not a plain value: Status</,
  ],
  [
    'a field that the contract lacks',
    '<sf:Tier__c>gold</sf:Tier__c>',
    { Tier__c: 'gold' },
    { unknownFields: ['Tier__c'] },
    /the contract has no field Tier__c</,
  ],
]

t.test('drift between message and contract is kept as text and told, or refused where it shall be', async (t) => {
  for (const [what, fields, stored, told, refusal] of DRIFT) {
    const reporting = await build(t)
    t.match(await reporting.post(envelope({ fields })), { status: 200, body: '<Ack>true</Ack>' }, what)
    t.match(fieldsOf(reporting.door.recorded[0]), stored, what)
    t.notOk(reporting.door.recorded[0]?.notifications[0]?.ignored, 'and it is worked on')
    t.match(reporting.door.logged('message.unknown_fields'), [{ ...told, endpoint: 'order' }], what)

    const refusing = await build(t, { unknownFields: 'refuse' })
    t.match(await refusing.post(envelope({ fields })), { status: 500, body: refusal }, what)
    t.same(refusing.door.recorded, [], what)
  }
})

t.test('refusals are told by a sample and counted in full', async (t) => {
  const { post, door } = await build(t)
  for (let i = 0; i < 60; i++) t.match(await post('hello'), { status: 500 })
  t.equal(door.logged('message.refused').length, 20)
  t.equal(await door.metric('soapstone_messages_total{result="malformed"}'), 60)
})

t.test('a ledger that is away is told without a stack; what nobody foresaw has one', async (t) => {
  const cause = new Error('connect ECONNREFUSED')
  for (const [error, stack] of [
    [new LedgerUnavailable('no answer in 4000 ms', cause), false],
    [new TypeError('x is not a function'), true],
  ] as const) {
    const { post, door } = await build(t, { recorder: { record: () => Promise.reject(error) } })
    t.match(await post(envelope()), { status: 503, body: '<Ack>false</Ack>' })
    t.match(door.logged('message.not_stored'), [{ reason: error.message, result: 'try-again' }])
    t.equal(door.log.join('').includes('"stack"'), stack, error.name)
  }
})

t.test('a client that closes its side when it has sent all gets its Ack, however late that is', async (t) => {
  let commit = () => {}
  const record = () =>
    new Promise<{ recorded: number; duplicates: number }>((resolve) => {
      commit = () => resolve({ recorded: 1, duplicates: 0 })
    })
  const { door, request, open } = await build(t, { recorder: { record } })
  const socket = await open()
  socket.end(request(envelope()))
  const answer = text(socket)
  // Asked for later and answered: the end of the first connection has been seen.
  for (let i = 0; i < 5; i++) await (await fetch(`${door.url}/health/live`)).text()
  commit()
  t.match(await answer, /^HTTP\/1\.1 200 [\s\S]*<Ack>true<\/Ack>/)
})

t.test('a request with two Host headers is refused with a Fault, whatever they say', async (t) => {
  const { door, request, open } = await build(t)
  for (const second of ['Host: a.example', 'hOST: b.example', 'Host:']) {
    const socket = await open()
    socket.end(request(envelope()).replace('\r\n', `\r\n${second}\r\n`))
    t.match(
      await text(socket),
      /^HTTP\/1\.1 400 [\s\S]*<faultcode>soapenv:Client<[\s\S]*more than one Host header/,
      second,
    )
  }
  t.same(door.recorded, [])
})

t.test('connections of one address are bounded, dropped ones counted, and others are served', async (t) => {
  const { door, post, open } = await build(t, { maxConnections: 40 })
  const mine = await Promise.all(Array.from({ length: 30 }, () => open('127.0.0.2')))
  await until(() => mine.filter((socket) => socket.closed).length === 20, 'those beyond a quarter to be dropped')
  t.match(await post(envelope()), { status: 200 })
  t.equal(await door.metric('soapstone_connections_dropped_total{reason="too many of one address"}'), 20)
  t.equal(door.logged('connection.dropped').length, 20)
})

t.test('small messages are taken while large ones fill their memory, and those wait for each other', async (t) => {
  const commits: (() => void)[] = []
  const large = envelope({ notifications: notification({ fields: `<sf:Long__c>${'x'.repeat(100_000)}</sf:Long__c>` }) })
  const record: NonNullable<DoorOptions['recorder']>['record'] = async ({ notifications: [one] }) => {
    const size = Buffer.isBuffer(one?.fields) ? one.fields.length : 0
    if (size > 50_000) await new Promise<void>((resolve) => commits.push(resolve))
    return { recorded: 1, duplicates: 0 }
  }
  const { post } = await build(t, { recorder: { record }, bodyBudget: 150_000 })
  const first = post(large)
  await until(() => commits.length === 1, 'the first large one to be on its way to the ledger')
  const second = post(large)
  for (let i = 0; i < 10; i++) t.match(await post(envelope()), { status: 200 })
  t.equal(commits.length, 1, 'the second waits, unread')
  commits[0]?.()
  t.match(await first, { status: 200 })
  await until(() => commits.length === 2, 'its turn')
  commits[1]?.()
  t.match(await second, { status: 200 })
})

async function build(t: Test, options: Partial<DoorOptions> = {}) {
  const door = await openDoor({ contracts: [await readContract(wsdl)], ...options })
  t.teardown(() => door.close())
  async function post(body: string, query = '') {
    const reply = await fetch(door.endpoint + query, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })
    return { status: reply.status, body: await reply.text() }
  }
  const request = (body: string) =>
    [
      'POST /outbound-messages/order HTTP/1.1',
      'host: a.example',
      'content-type: text/xml',
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n')
  async function open(localAddress = '127.0.0.1') {
    const socket = connect({ host: '127.0.0.1', port: door.port, localAddress })
    socket.on('error', () => {})
    socket.resume()
    t.teardown(() => socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  return { door, post, request, open }
}
