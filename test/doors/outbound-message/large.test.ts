import t from 'tap'
import { toId18 } from '../../../src/domain/salesforce-id.ts'
import { envelope } from '../../helpers/envelopes.ts'
import { createLook } from '../../helpers/look.ts'
import { createService } from '../../helpers/service.ts'
import { until } from '../../helpers/until.ts'

/** Salesforce's longest text, and its awkward characters: as sent, and as they must be stored. */
const LONGEST = 131_072
const PIECES: [sent: string, stored: string][] = [
  ['é', 'é'],
  ['😀', '😀'],
  ['&amp;', '&'],
  ['&lt;b&gt;', '<b>'],
  ['&quot;', '"'],
  ['&#13;\n', '\r\n'],
  ['\r\n', '\n'],
  ['\r', '\n'],
  ['&#x1F600;', '😀'],
  ['<![CDATA[<a> & ]] >]]>', '<a> & ]] >'],
  ['\\', '\\'],
  ['\t', '\t'],
  ['\ufeff', '\ufeff'],
  ['plain text of some length, ', 'plain text of some length, '],
]

t.test('a hundred notifications with the longest texts are stored as they were sent', async (t) => {
  // Made first: whoever makes them holds up the event loop that the service will share.
  const texts = Array.from({ length: 99 }, (_, number) => longText(number))
  const running = await createService(t, { UNKNOWN_FIELDS: 'report' })
  const look = createLook(t, running)
  const organization = running.salesforce.organizationId
  // The last has the id of the first: a duplicate within one message, of which the first is kept.
  const body = wrap(organization, [...texts, ['second', 'second']])
  const post = () => fetch(running.endpoint, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })
  // As Salesforce does: a machine too busy for it in time says Ack false, and is sent it again.
  await until(async () => (await (await post()).text()).includes('<Ack>true</Ack>'), 'Ack true')
  const { rows } = await look.pool.query<{ notification_id: string; text: string }>(
    `select notification_id, fields ->> 'Long__c' as text from ledger.notification order by notification_id collate "C"`,
  )
  t.equal(rows.length, 99)
  for (const [number, row] of rows.entries()) {
    t.equal(row.notification_id, notificationId(number))
    t.ok(row.text === texts[number]?.[1], `text ${number}, of ${row.text.length} characters`)
  }
  await until(async () => (await (await post()).text()).includes('<Ack>true</Ack>'), 'Ack true again: nothing is new')
  t.match(await look.pool.query('select count(*)::integer as stored from ledger.notification'), {
    rows: [{ stored: 99 }],
  })
})

function longText(number: number): [sent: string, stored: string] {
  const pieces: [string, string][] = []
  let length = 0
  for (let i = number; length < LONGEST - 30; i++) {
    const piece = PIECES[i % PIECES.length] ?? ['', '']
    pieces.push(piece)
    // A full stop after each: a line end and another would be one.
    length += piece[1].length + 1
  }
  const rest = ' '.repeat(LONGEST - length)
  const join = (which: 0 | 1) => `${pieces.map((piece) => piece[which]).join('.')}.${rest}`
  return [join(0), join(1)]
}

function notificationId(number: number): string {
  return toId18(`04lSs00000Aa${String(number % 99).padStart(3, '0')}`) ?? ''
}

function wrap(organization: string, texts: [string, string][]): string {
  const notifications = texts.map(
    ([sent], number) => `<Notification><Id>${notificationId(number)}</Id>
<sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>801Ss00000Ab1CdIAJ</sf:Id>
<sf:Long__c>${sent}</sf:Long__c></sObject></Notification>`,
  )
  const head = `<OrganizationId>${organization}</OrganizationId><ActionId>04kSs000000sT0nIAE</ActionId>`
  return envelope({ head, notifications: notifications.join('\n') })
}
