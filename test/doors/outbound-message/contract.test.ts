import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { BadContract, loadContracts, readContract, withAddress } from '../../../src/doors/outbound-message/contract.ts'
import { diffContracts } from '../../../src/doors/outbound-message/contract-diff.ts'
import { contractOf, folderOf, ORDER_WSDL, wsdlOf } from '../../helpers/wsdl.ts'

const wsdl = fileURLToPath(new URL('../../../wsdl/', import.meta.url))
/** WSDLs seen in the wild, kept beside the repository, not in it. */
const corpus = fileURLToPath(new URL('../../../../shared/corpus/wsdl/', import.meta.url))

/** Record type, and fields by type, in the order of the WSDL within each. */
const CORPUS: Record<string, [string, Record<string, string>]> = {
  'codecarrier1.pacific-bath.workflowOutboundMessage': [
    'i360__Appointment__c',
    {
      string:
        'i360__Address__c i360__City__c i360__Components__c i360__Email_Address__c i360__External_System_Id__c i360__Prospect_Email__c i360__Prospect_Name__c i360__Start_Time__c i360__State__c i360__Type__c i360__Zip__c',
      ID: 'i360__Prospect__c i360__Sales_Rep_1__c',
      date: 'i360__Start__c',
    },
  ],
  'comsave.DiscountRule__c': [
    'DiscountRule__c',
    {
      string: 'ContractTerm__c Name Type__c',
      dateTime: 'CreatedDate LastModifiedDate',
      double: 'Discount__c Price__c',
      boolean: 'IsDeleted',
      ID: 'Product__c',
    },
  ],
  'guardian.salesforce-message-handler': ['Contact', {}],
  'gwestersf.workflowOutboundMessage': [
    'gwestr__Shipment__c',
    {
      ID: 'CreatedById LastModifiedById OwnerId',
      dateTime: 'CreatedDate LastModifiedDate SystemModstamp',
      boolean: 'IsDeleted gwestr__Rush__c',
      string:
        'Name gwestr__ContactEmail__c gwestr__Contact_Phone__c gwestr__Status__c gwestr__TrackingExtId__c gwestr__Tracking_URL__c gwestr__Warnings__c',
      double: 'gwestr__Insurance__c gwestr__OverWeight__c gwestr__Weight__c',
      date: 'gwestr__Scheduled_Delivery__c',
    },
  ],
  'ryanbrainard.AccountNotificationOutboundMessage': ['Account', { string: 'Name' }],
}

t.test('loadContracts reads the contracts that come along', async (t) => {
  const contracts = await loadContracts(wsdl)
  t.same(
    contracts.map(({ name, recordType, fields }) => ({ name, recordType, fields: [...fields] })),
    [
      {
        name: 'order',
        recordType: 'Order',
        fields: [
          ['AccountId', 'ID'],
          ['EffectiveDate', 'date'],
          ['LastModifiedDate', 'dateTime'],
          ['OrderNumber', 'string'],
          ['Provisioning_Status__c', 'string'],
          ['Status', 'string'],
          ['SystemModstamp', 'dateTime'],
          ['TotalAmount', 'double'],
        ],
      },
      {
        name: 'tombstone',
        recordType: 'Soapstone_Tombstone__c',
        fields: [
          ['Object_Name__c', 'string'],
          ['Order_Number__c', 'string'],
          ['Record_Id__c', 'string'],
        ],
      },
    ],
  )
  t.equal(contracts[0]?.text, ORDER_WSDL)
})

t.test('loadContracts reads the WSDLs that Salesforce was seen to make', async (t) => {
  if (!existsSync(corpus)) return t.comment('no corpus beside this checkout')
  t.same(
    readdirSync(corpus).sort(),
    Object.keys(CORPUS).map((name) => `${name}.wsdl`),
    'every file has its expectation',
  )
  for (const { name, recordType, fields } of await loadContracts(corpus)) {
    const byType: Record<string, string> = {}
    for (const [field, type] of fields) byType[type] = byType[type] === undefined ? field : `${byType[type]} ${field}`
    t.same([recordType, byType], CORPUS[name], name)
  }
})

t.test('loadContracts says which file is wrong and how', async (t) => {
  const service = '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace="urn:a"><types/></definitions>'
  const bad: [string, string | Buffer, string][] = [
    ['empty', '', 'not a WSDL'],
    ['white space', ' \n', 'not a WSDL'],
    ['no XML', 'hello', 'not a WSDL'],
    ['some binary file', Buffer.from([0, 1, 2, 255, 254, 60, 97]), 'not a WSDL'],
    ['HTML', '<html><body>Log in</body></html>', 'not a WSDL'],
    ['another service', service, 'it has no element notifications of http://soap.sforce.com/2005/09/outbound'],
    ['cut off', ORDER_WSDL.slice(0, 2_500), 'not a WSDL'],
    ['cut off at its end', ORDER_WSDL.trimEnd().slice(0, -5), 'not a WSDL'],
    [
      'a DTD',
      ORDER_WSDL.replace('<definitions', '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a"><definitions'),
      'refers to',
    ],
    [
      'an import from elsewhere',
      ORDER_WSDL.replace(
        '<import namespace="urn:enterprise.soap.sforce.com"/>',
        '<import namespace="urn:enterprise.soap.sforce.com" schemaLocation="http://127.0.0.1:1/a.xsd"/>',
      ),
      'refers to other documents',
    ],
    [
      'an import of a WSDL',
      ORDER_WSDL.replace('<types>', '<import namespace="urn:a" location="http://127.0.0.1:1/a.wsdl"/><types>'),
      'refers to other documents',
    ],
    [
      'a field type that nobody knows',
      wsdlOf('Order', { Where__c: 'ens:location' }),
      'the field Where__c is of the unknown type ens:location',
    ],
    ['a field without a name', ORDER_WSDL.replace('name="Status" ', ''), 'a field has no name'],
    [
      'no record type',
      ORDER_WSDL.replace('<complexType name="Order">', '<complexType name="Odor">'),
      'it does not say which record type its notifications carry',
    ],
  ]
  for (const [what, text, fault] of bad) {
    const folder = folderOf(t, { 'good.wsdl': ORDER_WSDL, 'some.wsdl': text })
    const error = await loadContracts(folder).catch((reason: unknown) => reason)
    t.ok(error instanceof BadContract, `${what}: ${error}`)
    t.match(error, { message: `${folder}/some.wsdl: ` }, what)
    t.match(error, { message: fault }, what)
    t.notMatch(String(error), '\n', `${what}: one line`)
  }
})

t.test('loadContracts says when a name can not be a path, and when there is nothing to read', async (t) => {
  for (const name of ['my order', '.hidden', 'ö', '-x', 'a&b', '%2e%2e']) {
    const folder = folderOf(t, { [`${name}.wsdl`]: ORDER_WSDL })
    const message = `${folder}/${name}.wsdl: the name must be letters, digits, dots, dashes: it becomes a path`
    await t.rejects(loadContracts(folder), { message }, name)
  }
  const none = folderOf(t, { 'order.wsdl.txt': ORDER_WSDL })
  await t.rejects(loadContracts(none), new BadContract(`there is no .wsdl file in ${none}`))
  await t.rejects(loadContracts(`${none}/absent`), { message: "the WSDL folder can't be read: ENOENT" })
  await t.rejects(readContract(`${none}/absent.wsdl`), { message: `${none}/absent.wsdl: can't be read: ENOENT` })
})

t.test('withAddress says where the service is, and changes nothing else', async (t) => {
  const contract = await contractOf(t, 'Order', {})
  const address = `https://a.example/x?a=1&b="2"'<$1$&>`
  const text = withAddress(contract, address)
  const written = 'https://a.example/x?a=1&#38;b=&#34;2&#34;&#39;&#60;$1$&#38;&#62;'
  t.equal(
    text,
    contract.text.replace('https://soapstone.example.com/outbound-messages/order', () => written),
  )
  t.match(withAddress({ ...contract, text: "<s:address\n location = 'x' />" }, 'y'), '<s:address\n location = "y" />')
})

t.test('diffContracts tells what a new WSDL changes', async (t) => {
  const before = await contractOf(t, 'Order', { A__c: 'xsd:string', B__c: 'xsd:double', C__c: 'xsd:date' })
  const after = await contractOf(t, 'Account', { B__c: 'xsd:string', C__c: 'xsd:date', D__c: 'ent:ID' })
  t.same(diffContracts(before, before), { added: [], removed: [], retyped: [] })
  t.same(diffContracts(before, after), {
    recordType: { from: 'Order', to: 'Account' },
    added: [{ field: 'D__c', type: 'ID' }],
    removed: [{ field: 'A__c', type: 'string' }],
    retyped: [{ field: 'B__c', from: 'double', to: 'string' }],
  })
})
