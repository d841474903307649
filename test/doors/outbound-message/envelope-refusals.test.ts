import t from 'tap'
import { envelope, notification, readAny } from '../../helpers/envelopes.ts'

const SF = 'xmlns:sf="urn:sobject.enterprise.soap.sforce.com"'
const valid = envelope()
const sObject = (text: string) =>
  envelope({ notifications: `<Notification><Id>04lSs00000Aa01xIAB</Id>${text}</Notification>` })

/** Each with the words that the sender gets to read. */
const REFUSED: [string, string, string][] = [
  ['nothing', '', 'not well-formed XML'],
  ['another root', '<a/>', 'the root is not a SOAP 1.1 Envelope but a'],
  [
    'SOAP 1.2',
    valid.replace('http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'),
    'the root is not a SOAP 1.1 Envelope but Envelope',
  ],
  ['no Body', valid.replaceAll('soapenv:Body', 'soapenv:Corpus'), 'Envelope has no Body'],
  ['two bodies', valid.replace('<soapenv:Body>', '<soapenv:Body/><soapenv:Body>'), 'Envelope has more than one Body'],
  ['an empty Body', valid.replace(/<notifications[\s\S]*<\/notifications>/, ''), 'the Body holds nothing'],
  [
    'a Body with something beside',
    valid.replace('</soapenv:Body>', '<x/></soapenv:Body>'),
    'the Body holds notifications, not one notifications',
  ],
  [
    'notifications of another namespace',
    valid.replace('2005/09/outbound', '2005/09/inbound'),
    'the Body holds notifications, not one notifications of http://soap.sforce.com/2005/09/outbound',
  ],
  ['no Notification', envelope({ notifications: '' }), 'there is no Notification'],
  [
    'more than a hundred',
    envelope({ notifications: notification().repeat(101) }),
    'there are 101 notifications; at most 100 are allowed',
  ],
  [
    'no OrganizationId',
    envelope({ head: '<ActionId>04kSs000000sT0n</ActionId>' }),
    'notifications has no OrganizationId',
  ],
  [
    'two OrganizationIds',
    valid.replace('<ActionId>', '<OrganizationId>00DSs000000EVILx</OrganizationId><ActionId>'),
    'notifications has more than one OrganizationId',
  ],
  ['two sessions', valid.replace('<SessionId', '<SessionId>x</SessionId><SessionId'), 'more than one SessionId'],
  ['no ActionId', valid.replaceAll('ActionId', 'Action'), 'notifications has no ActionId'],
  [
    'an ActionId that is none',
    valid.replace('04kSs000000sT0nIAE', 'SomeActionId'),
    'ActionId is not a Salesforce id of 15 or 18 characters',
  ],
  [
    'an OrganizationId that is none',
    valid.replace('00DSs000000SOAPMA4', '00D'),
    'OrganizationId is not a Salesforce id of 15 or 18 characters',
  ],
  [
    'an id with markup in it',
    valid.replace('00DSs000000SOAPMA4', '<x>00DSs000000SOAPMA4</x>'),
    'OrganizationId is not a Salesforce id',
  ],
  ['a Notification without Id', valid.replace('<Id>04lSs00000Aa01xIAB</Id>', ''), 'Notification has no Id'],
  ['a type without prefix', sObject('<sObject xsi:type="Order"/>'), 'an sObject has no xsi:type of'],
  ['a type with an unknown prefix', sObject('<sObject xsi:type="zz:Order"/>'), 'an sObject has no xsi:type of'],
  [
    'a partner sObject',
    sObject('<sObject xsi:type="p:Order" xmlns:p="urn:sobject.partner.soap.sforce.com"/>'),
    'an sObject has no xsi:type of',
  ],
  [
    'a record id that is none',
    sObject(`<sObject xsi:type="sf:Order" ${SF}><sf:Id>aContactId</sf:Id></sObject>`),
    'the Id of an sObject is not a Salesforce id',
  ],
  ['a field of another namespace', envelope({ fields: '<x>1</x>' }), 'an sObject holds x, which is not of'],
  [
    'a record id with an element in it',
    valid.replace('<sf:Id>801Ss00000Ab1CdIAJ', '<sf:Id><sf:a/>801Ss00000Ab1CdIAJ'),
    'the Id of an sObject is not a plain value',
  ],
  [
    'an id with a no-break space',
    valid.replace('04lSs00000Aa01xIAB', '\u00a004lSs00000Aa01xIAB'),
    'Id is not a Salesforce id',
  ],
  [
    'an id with a space and a no-break space',
    valid.replace('04lSs00000Aa01xIAB', ' \u00a004lSs00000Aa01xIAB'),
    'Id is not a Salesforce id',
  ],
  [
    'a record id with a byte order mark',
    valid.replace('801Ss00000Ab1CdIAJ', '801Ss00000Ab1CdIAJ\ufeff'),
    'not a Salesforce id',
  ],
  ['a nil field with a value', envelope({ fields: '<sf:A xsi:nil="true">x</sf:A>' }), 'said to be nil and has content'],
  [
    'a nil session with one',
    valid.replace('<SessionId xsi:nil="true"/>', '<SessionId xsi:nil="1">s</SessionId>'),
    'nil and has',
  ],
  [
    'a nil sObject with fields',
    sObject(`<sObject xsi:nil="true" ${SF}><sf:Id/></sObject>`),
    'said to be nil and has content',
  ],
  ['a field whose name begins with a digit', envelope({ fields: '<sf:1A/>' }), 'the name of an element is no name'],
  [
    'a field whose name begins with a dot',
    envelope({ fields: '<sf:.A>x</sf:.A>' }),
    'the name of an element is no name',
  ],
  ['a field whose name begins with a dash', envelope({ fields: '<sf:-A/>' }), 'the name of an element is no name'],
  ['a name of three parts', envelope({ fields: '<sf:a:b/>' }), 'not well-formed XML'],
  [
    'an attribute whose name begins with a digit',
    envelope({ fields: '<sf:A sf:2="x"/>' }),
    'name of an attribute is no name',
  ],
  [
    'a prefix that begins with a digit',
    envelope({ fields: '<sf:A xmlns:2="urn:x"/>' }),
    'name of an attribute is no name',
  ],
  ['a type that is no name', valid.replace('sf:Order', 'sf:1Order'), 'an sObject has no xsi:type of'],
  ['a type of three parts', valid.replace('sf:Order', 'sf:a:Order'), 'an sObject has no xsi:type of'],
  ['a type with a no-break space', valid.replace('sf:Order', '\u00a0sf:Order'), 'an sObject has no xsi:type of'],
  [
    'a namespace with a no-break space',
    valid.replace('2005/09/outbound"', '2005/09/outbound\u00a0"'),
    'a namespace is no URI',
  ],
  ['a field twice', envelope({ fields: '<sf:A>1</sf:A><sf:A>2</sf:A>' }), 'the field A comes twice'],
  ['a field __proto__ twice', envelope({ fields: '<sf:__proto__/><sf:__proto__/>' }), 'the field __proto__ comes'],
  ['an Id twice', envelope({ fields: '<sf:Id>801Ss00000Ab1CdIAJ</sf:Id>' }), 'the field Id comes twice'],
  ['a prefix that nobody declared', envelope({ fields: '<zz:A/>' }), 'not well-formed XML'],
]

t.test('readEnvelope says what is wrong with everything that is not exactly one message', async (t) => {
  for (const [what, text, message] of REFUSED) {
    await t.rejects(readAny(Buffer.from(text)), { name: 'Malformed', message }, what)
  }
})

t.test('readEnvelope does not repeat in its refusal what was sent as an id', async (t) => {
  const text = valid.replace('00DSs000000SOAPMA4', '00D!secretsession')
  const error = await readAny(Buffer.from(text)).catch((reason: unknown) => reason)
  t.notMatch(String(error), 'secret')
})

t.test('readEnvelope cuts a long name short in its refusal', async (t) => {
  const text = `<${'x'.repeat(5_000)}/>`
  const error = await readAny(Buffer.from(text)).catch((reason: unknown) => reason)
  t.ok(String(error).length < 200)
})
