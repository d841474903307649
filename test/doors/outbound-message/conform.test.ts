import t from 'tap'
import { CODES } from '../../../src/domain/codes.ts'
import type { FieldValue } from '../../../src/domain/field.ts'
import { conform } from '../../../src/doors/outbound-message/conform.ts'
import { FIELD_TYPES } from '../../../src/doors/outbound-message/contract.ts'
import { createBench } from '../../helpers/ledger.ts'
import { deletedNotification, message, notification } from '../../helpers/messages.ts'
import { turnsDuring } from '../../helpers/turns.ts'
import { contractOf } from '../../helpers/wsdl.ts'

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
]

t.test('conform gives every field its type, and Postgres keeps numbers digit for digit', async (t) => {
  const contract = await contractOf(t, 'Order', EVERY_TYPE)
  const { rows, record } = await createBench(t)
  const one = async (type: string, text: string) => {
    const sent = message([notification({ fields: { [type]: text } })])
    const { message: conformed, unknownFields } = await conform(sent, contract)
    t.same(unknownFields, [])
    await record(conformed)
    const id = sent.notifications[0]?.notificationId
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
    t.same(await one(type, ' '), { text: null, json: 'null', type: 'null' }, `an empty ${type}`)
  }
})

t.test('conform refuses a value that is not of its type, and does not repeat it', async (t) => {
  const contract = await contractOf(t, 'Order', EVERY_TYPE)
  for (const [type, text] of WRONG) {
    const refused = conform(message([notification({ fields: { [type]: text } })]), contract)
    const expected = { name: 'Malformed', message: `the value of the field ${type} is not of type ${type}` }
    const error = await refused.catch((reason: unknown) => reason)
    t.match(error, expected, `${type} ${text.slice(0, 40)}`)
    t.equal(String(error), `Malformed: ${expected.message}`)
  }
})

t.test('conform fills in null for the fields that a record came without', async (t) => {
  const contract = await contractOf(t, 'Order', { A__c: 'xsd:string', B__c: 'xsd:double', toString: 'xsd:string' })
  const fields: Record<string, FieldValue> = { A__c: 'x', B__c: null }
  const sent = message([notification({ fields }), notification(), deletedNotification()])
  const { message: conformed } = await conform(sent, contract)
  t.same(
    conformed.notifications.map((one) => ({ ...one.fields })),
    [{ A__c: 'x', B__c: null, toString: null }, { A__c: null, B__c: null, toString: null }, {}],
  )
  const { rows, record } = await createBench(t)
  await record(conformed)
  t.same(
    await rows(`select fields from ledger.notification order by notification_id`),
    conformed.notifications.map((one) => ({ fields: { ...one.fields } })),
  )
})

t.test('conform keeps what the contract does not have as text, and names it', async (t) => {
  const contract = await contractOf(t, 'Order', { A__c: 'xsd:double' })
  const proto: Record<string, FieldValue> = Object.create(null)
  for (const [name, value] of [...Object.entries({ A__c: '1', Z__c: '2.0', constructor: 'x' }), ['__proto__', 'y']]) {
    proto[String(name)] = String(value)
  }
  const { message: conformed, unknownFields } = await conform(
    message([notification({ fields: proto }), notification({ fields: { Z__c: null } })]),
    contract,
  )
  t.same(unknownFields, ['Z__c', '__proto__', 'constructor'])
  t.same(Object.entries(conformed.notifications[0]?.fields ?? {}), [
    ['A__c', { number: '1' }],
    ['Z__c', '2.0'],
    ['constructor', 'x'],
    ['__proto__', 'y'],
  ])
  const { rows, record } = await createBench(t)
  await record(conformed)
  t.match(await rows(`select fields::text from ledger.notification where fields ? '__proto__'`), [
    { fields: /"__proto__": "y"/ },
  ])
})

t.test('conform names a few of many unknown fields', async (t) => {
  const contract = await contractOf(t, 'Order', {})
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${'f'.repeat(200)}${i}`, 'x']))
  const { unknownFields } = await conform(message([notification({ fields: many })]), contract)
  t.ok(unknownFields.length <= 50)
  t.ok(unknownFields.every((name) => name.length <= 80))
})

t.test('conform refuses another record type than the contract has', async (t) => {
  const contract = await contractOf(t, 'Order', {})
  await t.rejects(conform(message([notification(), notification({ recordType: 'Account' })]), contract), {
    name: 'Malformed',
    message: 'an sObject is of type Account; this endpoint takes Order',
  })
  // Who says nothing of the type means what the WSDL says.
  const silent = [{ ...deletedNotification(), recordType: '' }, notification({ recordType: '' })]
  const { message: conformed } = await conform(message(silent), contract)
  t.match(conformed.notifications, [
    { recordType: 'Order', ignored: { code: 'RECORD_DELETED' } },
    { recordType: 'Order' },
  ])
})

t.test('conform sets aside record types that nothing is done with', async (t) => {
  for (const recordType of ['Account', 'constructor', 'toString']) {
    const contract = await contractOf(t, recordType, {})
    const sent = message([notification({ recordType }), { ...deletedNotification(), recordType }])
    const { message: conformed } = await conform(sent, contract)
    t.match(conformed.notifications, [
      {
        recordType,
        ignored: { code: 'NO_PURPOSE', message: CODES.NO_PURPOSE.meaning },
      },
      { recordType, ignored: { code: 'RECORD_DELETED' } },
    ])
  }
})

t.test('conform lets others have their turn while it reads many fields', async (t) => {
  const contract = await contractOf(t, 'Order', {})
  const fields = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`f${i}`, 'x']))
  const sent = message(Array.from({ length: 100 }, () => notification({ fields })))
  const turns = await turnsDuring(() => conform(sent, contract))
  t.ok(turns >= 30, `${turns} turns`)
})
