import { readFile } from 'node:fs/promises'
import t from 'tap'
import { readEnvelope } from '../../../src/doors/outbound-message/envelope.ts'
import { envelope, notification, readAny } from '../../helpers/envelopes.ts'

const read = (text: string) => readAny(Buffer.from(text))
const readFixture = async (name: string) =>
  readAny(await readFile(new URL(`../../../fixtures/salesforce/${name}.xml`, import.meta.url)))
/** By their names. */
const fieldsOf = async (fields: string) =>
  Object.fromEntries((await read(envelope({ fields }))).notifications[0]?.fields ?? [])

t.test('readEnvelope reads a message without a session', async (t) => {
  t.same(await readFixture('message-single'), {
    organizationId: '00DSs000000SOAPMA4',
    actionId: '04kSs000000sT0nIAE',
    enterpriseUrl: 'https://soapstone.my.salesforce.com/services/Soap/c/67.0/00DSs000000SOAP',
    partnerUrl: 'https://soapstone.my.salesforce.com/services/Soap/u/67.0/00DSs000000SOAP',
    notifications: [
      {
        notificationId: '04lSs00000Aa01xIAB',
        recordType: 'Order',
        recordId: '801Ss00000Ab1CdIAJ',
        fields: new Map(
          Object.entries({
            AccountId: '001Ss00000Nn4MmIAJ',
            EffectiveDate: '2026-10-01',
            LastModifiedDate: '2026-10-01T09:15:42.000Z',
            OrderNumber: '00000114',
            Status: 'Activated',
            SystemModstamp: '2026-10-01T09:15:42.000Z',
            TotalAmount: '1100.0',
          }),
        ),
      },
    ],
  })
})

t.test('readEnvelope reads the session of a message that has one', async (t) => {
  const { sessionId = '' } = await readFixture('message-session')
  t.match(sessionId, /^00DSs000000SOAP!AQcAQFixtureOnly/)
})

t.test('readEnvelope reads every notification, and records that differ in case alone stay two', async (t) => {
  const { notifications } = await readFixture('message-bulk')
  t.same(
    notifications.map(({ recordId }) => recordId),
    ['801Ss00000Ab1CdIAJ', '801Ss00000aB1cDIAS', '801Ss00000Zz9YyIAJ'],
  )
  t.match(Object.fromEntries(notifications[1]?.fields ?? []), {
    Status: 'Approved & signed',
    OrderNumber: '00000115',
    TotalAmount: '0.0',
  })
  t.equal(notifications[2]?.fields.get('TotalAmount'), '1.2345678E7')
})

t.test('readEnvelope takes a deleted record for a notification without data', async (t) => {
  const [deleted] = (await readFixture('message-deleted')).notifications
  t.same(deleted, { notificationId: '04lSs00000Cc01zIAB', recordType: '', fields: new Map() })
  const sf = 'xmlns:sf="urn:sobject.enterprise.soap.sforce.com"'
  const forms = [
    '<sObject xsi:nil="true"/>',
    `<sObject xsi:type="sf:Order" ${sf}/>`,
    `<sObject xsi:type="sf:Order" ${sf}><sf:Id xsi:nil="true"/></sObject>`,
  ]
  for (const sObject of forms) {
    const notifications = `<Notification><Id>04lSs00000Aa01xIAB</Id>${sObject}</Notification>`
    const [found] = (await read(envelope({ notifications }))).notifications
    t.match(found, { notificationId: '04lSs00000Aa01xIAB', fields: new Map() }, sObject)
    t.notOk(found && 'recordId' in found)
  }
})

t.test('readEnvelope goes by namespaces, not by prefixes', async (t) => {
  const text = `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2005/09/outbound"
    xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:e="urn:sobject.enterprise.soap.sforce.com">
    <S:Header><ignored xmlns="urn:x"/></S:Header><S:Body><o:notifications xmlns:o="http://soap.sforce.com/2005/09/outbound">
    <OrganizationId>00DSs000000SOAP</OrganizationId><o:ActionId>04kSs000000sT0n</o:ActionId>
    <Notification><Id> 04lSs00000Aa01x </Id><sObject i:type=" e:Order "><e:Id>801Ss00000Ab1Cd</e:Id>
    <x:Status xmlns:x="urn:sobject.enterprise.soap.sforce.com">Draft</x:Status></sObject></Notification>
    </o:notifications></S:Body></S:Envelope>`
  t.match(await read(text), {
    organizationId: '00DSs000000SOAPMA4',
    actionId: '04kSs000000sT0nIAE',
    notifications: [
      {
        notificationId: '04lSs00000Aa01xIAB',
        recordType: 'Order',
        recordId: '801Ss00000Ab1CdIAJ',
        fields: new Map([['Status', 'Draft']]),
      },
    ],
  })
})

t.test('readEnvelope takes the type of a managed package as it is', async (t) => {
  const text = envelope().replace('sf:Order"', 'sf:IO__Order__c"')
  t.equal((await read(text)).notifications[0]?.recordType, 'IO__Order__c')
})

t.test('readEnvelope keeps values as text, and nil apart from empty', async (t) => {
  const fields = await fieldsOf(
    '<sf:A>0042</sf:A><sf:B>+45.0</sf:B><sf:C>  two  </sf:C><sf:D/><sf:E xsi:nil="1"/><sf:F xsi:nil="false">x</sf:F><sf:G>true</sf:G>',
  )
  t.same(fields, { A: '0042', B: '+45.0', C: '  two  ', D: '', E: null, F: 'x', G: 'true' })
})

t.test('readEnvelope keeps what is nested in a field as XML, without its attributes and namespaces', async (t) => {
  const fields = await fieldsOf(
    '<sf:A>\n <sf:city a="1">K &amp; L</sf:city> <x:geo xmlns:x="urn:x"><lat>1.0</lat><lng/></x:geo>\n</sf:A><sf:B>b<c/>d</sf:B>',
  )
  t.same(fields, {
    A: { nested: '<city>K &amp; L</city><geo><lat>1.0</lat><lng/></geo>' },
    B: { nested: 'bd<c/>' },
  })
})

t.test('readEnvelope tells whose message it is before it has read the rest', async (t) => {
  const told: string[] = []
  const begin = (organizationId: string) => {
    told.push(organizationId)
    return () => 'taken'
  }
  t.match(await readEnvelope(Buffer.from(envelope()), begin), { notifications: ['taken'] })
  t.same(told, ['00DSs000000SOAPMA4'])
  const refuse = () => {
    throw new Error('not ours')
  }
  const broken = envelope().replace(/<ActionId>[\s\S]*/, '<<<')
  await t.rejects(readEnvelope(Buffer.from(broken), refuse), { message: 'not ours' })
  const elsewhere = envelope().replace('<soapenv:Body>', () => {
    const header =
      '<o:notifications xmlns:o="http://soap.sforce.com/2005/09/outbound"><o:OrganizationId>00D000000000001</o:OrganizationId></o:notifications>'
    return `<soapenv:Header>${header}</soapenv:Header><soapenv:Body>`
  })
  told.length = 0
  await readEnvelope(Buffer.from(elsewhere), begin)
  t.same(told, ['00DSs000000SOAPMA4'], 'of the message itself, not of something in its header')
})

t.test('readEnvelope takes notifications in their order, also those that come before their organisation', async (t) => {
  const ids = ['04lSs00000Aa001', '04lSs00000Aa002', '04lSs00000Aa003']
  const [first, ...rest] = ids.map((id) => notification({ id }))
  const organization = '<OrganizationId>00DSs000000SOAP</OrganizationId>'
  const head = `${first}${organization}<ActionId>04kSs000000sT0n</ActionId>`
  const { notifications } = await read(envelope({ head, notifications: rest.join('') }))
  t.same(
    notifications.map(({ notificationId }) => notificationId.slice(0, 15)),
    ids,
  )
})

t.test('readEnvelope resolves what XML lets a sender write for a character', async (t) => {
  const fields = await fieldsOf(
    '<sf:A>&amp;&lt;&gt;&quot;&apos;</sf:A><sf:B>&#233;&#xE9;&#x1F600;</sf:B><sf:C><![CDATA[<b>&amp;</b>]]></sf:C><sf:D>a<!-- no -->b</sf:D><sf:E>漢字😀</sf:E>',
  )
  t.same(fields, { A: `&<>"'`, B: 'éé😀', C: '<b>&amp;</b>', D: 'ab', E: '漢字😀' })
})

t.test('readEnvelope reads line ends as XML says', async (t) => {
  const fields = await fieldsOf('<sf:A>one\r\ntwo\rthree\nfour</sf:A><sf:B>&#13;&#10;</sf:B>')
  t.same(fields, { A: 'one\ntwo\nthree\nfour', B: '\r\n' })
  const crlf = envelope().replaceAll('\n', '\r\n')
  t.equal((await read(crlf)).notifications[0]?.recordId, '801Ss00000Ab1CdIAJ')
})

t.test('readEnvelope takes a field of any name', async (t) => {
  const fields = await fieldsOf('<sf:__proto__>x</sf:__proto__><sf:constructor>y</sf:constructor>')
  t.equal(JSON.stringify(fields), '{"__proto__":"x","constructor":"y"}')
  t.equal(Object.getPrototypeOf({}), Object.prototype)
})

t.test('readEnvelope leaves fieldsToNull and unknown children of a notification alone', async (t) => {
  t.same(await fieldsOf('<sf:fieldsToNull>A</sf:fieldsToNull>'), {})
  const notifications = notification().replace('</Notification>', '<New>1</New></Notification>')
  t.equal((await read(envelope({ notifications }))).notifications.length, 1)
})

t.test('readEnvelope takes an empty session or URL for none', async (t) => {
  const head =
    '<OrganizationId>00DSs000000SOAP</OrganizationId><ActionId>04kSs000000sT0n</ActionId><SessionId> </SessionId><PartnerUrl/>'
  const message = await read(envelope({ head }))
  t.notOk('sessionId' in message)
  t.notOk('partnerUrl' in message)
})

t.test('readEnvelope takes a hundred notifications', async (t) => {
  const hundred = Array.from({ length: 100 }, (_, i) => notification({ id: `04lSs00000Aa${1000 + i}`.slice(0, 15) }))
  t.equal((await read(envelope({ notifications: hundred.join('') }))).notifications.length, 100)
})
