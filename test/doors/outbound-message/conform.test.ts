import t from 'tap'
import { CODES } from '../../../src/domain/codes.ts'
import { createConform, toMessage, type Whose } from '../../../src/doors/outbound-message/conform.ts'
import { type Contract, FIELD_TYPES } from '../../../src/doors/outbound-message/contract.ts'
import { createDrift, describeDrift, explainDrift } from '../../../src/doors/outbound-message/drift.ts'
import type { ReadMessage } from '../../../src/doors/outbound-message/envelope.ts'
import { fieldsOf } from '../../helpers/door.ts'
import { createBench } from '../../helpers/ledger.ts'
import { readDeleted, readMessage, readNotification } from '../../helpers/messages.ts'
import { contractOf } from '../../helpers/wsdl.ts'

/** A whole message at once. */
function conformTo(contract: Contract) {
  const conform = createConform(contract)
  return async (read: ReadMessage, whose: Whose) => {
    const drift = createDrift()
    const notifications = read.notifications.map(conform(whose, drift))
    return { message: toMessage({ ...read, notifications }, whose), drift }
  }
}

/** One field for each type, named after it. */
const EVERY_TYPE = Object.fromEntries(FIELD_TYPES.map((type) => [type, type === 'ID' ? 'ent:ID' : `xsd:${type}`]))

/** Kept as a number, and as Postgres then shows it. */
const NUMBERS: [type: string, text: string, shown: string][] = [
  ['double', '45000.0', '45000.0'],
  ['double', '0.1', '0.1'],
  ['double', '1.0E7', '10000000'],
  ['double', '1.25E-7', '0.000000125'],
  ['double', '12345678901234567890.123456789', '12345678901234567890.123456789'],
  ['double', '-0.0', '0.0'],
  ['double', '-12.50', '-12.50'],
  ['double', ' 7.0\n', '7.0'],
  ['double', '1E308', `1${'0'.repeat(308)}`],
  ['double', '1e999', `1${'0'.repeat(999)}`],
  ['double', '1e-400', `0.${'0'.repeat(399)}1`],
  ['decimal', '0.10', '0.10'],
  ['int', '114', '114'],
  ['int', '-2147483648', '-2147483648'],
  ['long', '9223372036854775807', '9223372036854775807'],
]

/** Of its type, and no number that JSON could hold: kept as it came. */
const TEXTS: [type: string, text: string][] = [
  ['double', 'INF'],
  ['double', '-INF'],
  ['double', 'NaN'],
  ['double', '.5'],
  ['double', '5.'],
  ['double', '+5'],
  ['double', '1e999999999'],
  ['double', '9'.repeat(500)],
  ['int', '00000114'],
  ['int', '+5'],
  ['date', '2026-02-28'],
  ['date', '2026-02-28Z'],
  ['dateTime', '2026-02-28T09:00:00.000Z'],
  ['dateTime', '2026-02-28T09:00:00+02:00'],
  ['time', '09:00:00.000Z'],
  ['string', ' 1.0 '],
  ['string', ''],
  ['ID', '801Ss00000Ab1CdIAJ'],
  ['base64Binary', 'AAEC'],
  ['anyType', 'true'],
]

const WRONG: [type: string, text: string][] = [
  ...['abc', '1,5', '0x10', '1e', 'Infinity', 'inf', '1 2', '--1', '1'.repeat(1_001)].map((text): [string, string] => [
    'double',
    text,
  ]),
  ...['1.0', '1e3', 'NaN', '9'.repeat(21)].map((text): [string, string] => ['int', text]),
  ...['TRUE', 'yes', '2'].map((text): [string, string] => ['boolean', text]),
  ...['28.02.2026', '2026-2-28', '2026-02-28T09:00:00Z'].map((text): [string, string] => ['date', text]),
  ['dateTime', '2026-02-28'],
  ['dateTime', '2026-02-28 09:00:00'],
  ['time', '9:00'],
  // White space to JavaScript, text to XML.
  ['double', '\u00a0'],
  ['int', '\u00a05'],
  ['boolean', 'true\ufeff'],
  ['date', '\u2028'],
]

t.test('conform gives every field its type, and Postgres keeps numbers digit for digit', async (t) => {
  const conform = conformTo(await contractOf(t, 'Order', EVERY_TYPE))
  const { rows, record } = await createBench(t)
  const one = async (type: string, text: string) => {
    const { message, drift } = await conform(readMessage([readNotification({ [type]: text })]), 'own')
    t.equal(describeDrift(drift), undefined)
    await record(message)
    const id = message.notifications[0]?.notificationId
    const [row] = await rows(
      `select fields ->> $2 as text, (fields -> $2)::text as json, jsonb_typeof(fields -> $2) as type
       from ledger.notification where notification_id = $1`,
      [id, type],
    )
    return row
  }
  for (const [type, text, shown] of NUMBERS) {
    t.same(await one(type, text), { text: shown, json: shown, type: 'number' }, `${type} ${text.slice(0, 40)}`)
  }
  for (const [type, text] of TEXTS) {
    t.match(await one(type, text), { text, type: 'string' }, `${type} ${text.slice(0, 40)}`)
  }
  for (const [text, shown] of Object.entries({ true: 'true', 1: 'true', false: 'false', 0: 'false' })) {
    t.same(await one('boolean', text), { text: shown, json: shown, type: 'boolean' })
  }
  for (const type of ['boolean', 'double', 'int', 'date', 'dateTime', 'time']) {
    t.same(await one(type, ' \t\n'), { text: null, json: 'null', type: 'null' }, `an empty ${type}`)
  }
})

t.test('conform keeps a value that is not of its type as the text that it is, and names its field', async (t) => {
  const conform = conformTo(await contractOf(t, 'Order', EVERY_TYPE))
  for (const [type, text] of WRONG) {
    const { message, drift } = await conform(readMessage([readNotification({ [type]: text })]), 'own')
    t.equal(fieldsOf(message)[type], text, `${type} ${text.slice(0, 40)}`)
    t.same(describeDrift(drift), { mistypedFields: [type] })
    t.equal(explainDrift(drift), `a value is not of the type of its field: ${type}`, 'and does not repeat it')
  }
})

t.test('conform keeps what is nested in a field as text, whatever its type, and names its field', async (t) => {
  const conform = conformTo(await contractOf(t, 'Order', EVERY_TYPE))
  const nested = '<city>Köln &amp; more</city><geo><lat>1.0</lat></geo>'
  const sent = readNotification({ string: { nested }, double: { nested }, New__c: { nested } })
  const { message, drift } = await conform(readMessage([sent]), 'own')
  t.match(fieldsOf(message), { string: nested, double: nested, New__c: nested })
  t.same(describeDrift(drift), { unknownFields: ['New__c'], nestedFields: ['New__c', 'double', 'string'] })
  t.equal(explainDrift({ ...drift, unknownFields: new Set() }), 'a field is not a plain value: New__c, double, string')
})

t.test('conform fills in null for the fields that a record came without', async (t) => {
  const fields: Record<string, string> = { A__c: 'xsd:string', B__c: 'xsd:double', toString: 'xsd:string' }
  const conform = conformTo(await contractOf(t, 'Order', fields))
  const sent = readMessage([readNotification({ A__c: 'x', B__c: null }), readNotification(), readDeleted('Order')])
  const { message } = await conform(sent, 'own')
  const expected: Record<string, unknown>[] = [
    { A__c: 'x', B__c: null, toString: null },
    { A__c: null, B__c: null, toString: null },
    {},
  ]
  t.same(
    expected.map((_, at) => fieldsOf(message, at)),
    expected,
  )
  const { rows, record } = await createBench(t)
  await record(message)
  t.same(
    await rows(`select fields from ledger.notification order by notification_id`),
    expected.map((fields) => ({ fields })),
  )
})

t.test('conform keeps what the contract does not have as text, and names it', async (t) => {
  const conform = conformTo(await contractOf(t, 'Order', { A__c: 'xsd:double' }))
  const fields = new Map([
    ['Z__c', '2.0'],
    ['A__c', '1'],
    ['constructor', 'x'],
    ['__proto__', 'y'],
    ['12', 'z'],
  ])
  const sent = [readNotification({}, { fields }), readNotification({ Z__c: null })]
  const { message, drift } = await conform(readMessage(sent), 'own')
  t.same(describeDrift(drift), { unknownFields: ['12', 'Z__c', '__proto__', 'constructor'] })
  const json = String(message.notifications[0]?.fields)
  t.equal(json, '{"A__c":1,"Z__c":"2.0","constructor":"x","__proto__":"y","12":"z"}', 'the contract first')
  const { rows, record } = await createBench(t)
  await record(message)
  t.match(await rows(`select fields::text from ledger.notification where fields ? '__proto__'`), [
    { fields: /"__proto__": "y"/ },
  ])
})

t.test('conform names a few of many unknown fields', async (t) => {
  const conform = conformTo(await contractOf(t, 'Order', {}))
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${'f'.repeat(200)}${i}`, 'x']))
  const { drift } = await conform(readMessage([readNotification(many), readNotification(many)]), 'own')
  const { unknownFields = [] } = describeDrift(drift) ?? {}
  t.ok(unknownFields.length <= 50)
  t.ok(unknownFields.every((name) => name.length <= 80))
})

t.test('conform refuses another record type than the contract has', async (t) => {
  const conform = conformTo(await contractOf(t, 'Order', {}))
  const other = readMessage([readNotification(), readNotification({}, { recordType: 'Account' })])
  await t.rejects(conform(other, 'own'), {
    name: 'Malformed',
    message: 'an sObject is of type Account; this endpoint takes Order',
  })
  // Who says nothing of the type means what the WSDL says.
  const silent = readMessage([readDeleted(), readNotification({}, { recordType: '' })])
  t.match((await conform(silent, 'own')).message.notifications, [
    { recordType: 'Order', ignored: { code: 'RECORD_DELETED' } },
    { recordType: 'Order' },
  ])
})

t.test('conform ignores what there is nothing to do for, and says why', async (t) => {
  for (const recordType of ['Account', 'constructor', 'toString']) {
    const conform = conformTo(await contractOf(t, recordType, {}))
    const sent = readMessage([readNotification({}, { recordType }), readDeleted(recordType)])
    t.match((await conform(sent, 'own')).message.notifications, [
      { recordType, ignored: { code: 'NO_PURPOSE', message: CODES.NO_PURPOSE.meaning } },
      { recordType, ignored: { code: 'RECORD_DELETED', message: CODES.RECORD_DELETED.meaning } },
    ])
  }
  const conform = conformTo(await contractOf(t, 'Order', {}))
  const { message } = await conform(readMessage([readNotification()], { sessionId: 'own' }), 'own')
  t.equal(message.sessionId, 'own')
  t.notOk(message.notifications[0] && 'ignored' in message.notifications[0])
})

t.test(
  'conform records what is foreign for the eye only: ignored, without its session, of whatever type',
  async (t) => {
    const conform = conformTo(await contractOf(t, 'Order', { A__c: 'xsd:double' }))
    const sent = [readNotification({ A__c: 'x' }, { recordType: 'Lead' }), readDeleted()]
    const { message } = await conform(readMessage(sent, { sessionId: 'secret' }), 'foreign')
    t.notOk('sessionId' in message)
    const ignored = { code: 'FOREIGN_ORGANIZATION', message: CODES.FOREIGN_ORGANIZATION.meaning }
    t.match(message.notifications, [
      { recordType: 'Lead', ignored },
      { recordType: 'Order', ignored },
    ])
    t.same(fieldsOf(message), { A__c: 'x' })
  },
)
