import t from 'tap'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import type { Mapping } from '../../src/domain/mapping/mapping.ts'
import { adaptPackage, type Installation } from '../../src/salesforce/package/adapt.ts'
import type { PackageFiles } from '../../src/salesforce/package/files.ts'
import { elementProblems } from './elements.ts'
import { EXPECTED, PACKAGE } from './expected.ts'
import { readMetadataTypes } from './metadata-types.ts'
import { referenceProblems } from './references.ts'

const types = readMetadataTypes()
const MAIN = 'force-app/main/default'
const CONTRACT = EXPECTED.contract.filter((name) => name !== 'Id')

function adapt(mapping: Partial<Mapping> = {}, more: Partial<Installation> = {}) {
  return adaptPackage(PACKAGE, {
    url: 'https://orders.acme.test/soapstone',
    endpoint: 'order',
    user: 'soapstone@acme.test',
    keyed: false,
    contract: CONTRACT,
    mapping: { ...DEFAULT_MAPPING, ...mapping },
    defaults: DEFAULT_MAPPING,
    ...more,
  })
}

/** What both checks say of the package that an installation gets. */
function problems(files: PackageFiles, mapping: Partial<Mapping> = {}, contract = EXPECTED.contract): string[] {
  const expected = { ...EXPECTED, contract, mapping: { ...DEFAULT_MAPPING, ...mapping } }
  return [...elementProblems(files, types), ...referenceProblems(files, expected)]
}

const read = (files: PackageFiles, path: string) => files.get(path) ?? ''
const everything = (files: PackageFiles) =>
  [...files]
    .filter(([path]) => path !== 'README.md')
    .flat()
    .join('\n')

t.test('adaptPackage writes address and user, and leaves nothing to replace', async (t) => {
  const { files, notes } = adapt()
  t.same(notes, [])
  t.same(problems(files), [])
  const workflow = read(files, `${MAIN}/workflows/Order.workflow-meta.xml`)
  t.match(workflow, '<endpointUrl>https://orders.acme.test/soapstone/outbound-messages/order</endpointUrl>')
  t.match(workflow, '<integrationUser>soapstone@acme.test</integrationUser>')
  t.match(
    read(files, `${MAIN}/namedCredentials/Soapstone.namedCredential-meta.xml`),
    '>https://orders.acme.test/soapstone<',
  )
  t.same(JSON.parse(read(files, 'sfdx-project.json')).replacements, [])
  t.notMatch(everything(files), /example\.com/)
})

t.test('adaptPackage changes nothing else where mapping and contract are the usual ones', async (t) => {
  const { files } = adapt()
  const changed = [...PACKAGE].filter(([path, text]) => files.get(path) !== text).map(([path]) => path)
  t.same(changed.sort(), [
    `${MAIN}/namedCredentials/Soapstone.namedCredential-meta.xml`,
    `${MAIN}/workflows/Order.workflow-meta.xml`,
    'sfdx-project.json',
  ])
})

t.test('adaptPackage keeps the key of the endpoint out of the files, and a user that is not known', async (t) => {
  const { files, notes } = adapt({}, { keyed: true, user: undefined })
  t.same(problems(files), [])
  t.match(notes, [/SOAPSTONE_SALESFORCE_USER/, /OUTBOUND_MESSAGE_KEY/])
  t.match(
    read(files, `${MAIN}/workflows/Order.workflow-meta.xml`),
    '/outbound-messages/order?key=OUTBOUND_MESSAGE_KEY<',
  )
  t.match(JSON.parse(read(files, 'sfdx-project.json')).replacements, [
    { stringToReplace: 'integration@example.com', replaceWithEnv: 'SOAPSTONE_SALESFORCE_USER' },
    { stringToReplace: 'OUTBOUND_MESSAGE_KEY', replaceWithEnv: 'OUTBOUND_MESSAGE_KEY' },
  ])
})

t.test('adaptPackage renames fields, statuses and approvals everywhere', async (t) => {
  const mapping: Partial<Mapping> = {
    // Two names that have changed places, so that one after the other would go wrong.
    order: {
      ...DEFAULT_MAPPING.order,
      provisioningStatus: 'Billing_State__c',
      errorCode: 'Provisioning_Error_Message__c',
      errorMessage: 'Provisioning_Error_Code__c',
    },
    product: { ...DEFAULT_MAPPING.product, whmcsProductId: 'WHMCS_pid__c' },
    eligibleStatuses: ['Signed & paid'],
    statuses: { activating: 'Provisioned', provisioned: 'Live', failed: 'Needs <help>', cancelled: 'Ended' },
  }
  const contract = ['OrderNumber', 'Provisioning_Status__c', 'Region__c']
  const { files, notes } = adapt(mapping, { contract })
  t.match(notes, [/the contract has Provisioning_Status__c, which the mapping calls otherwise/])
  t.equal(notes.length, 1)
  t.same(problems(files, mapping, ['Id', 'OrderNumber', 'Region__c']), [])
  t.notMatch(everything(files), /Provisioning_Status__c|WHMCS_Product_ID__c|>Activating<|>Activated</)
  const state = read(files, `${MAIN}/objects/Order/fields/Billing_State__c.field-meta.xml`)
  t.match(state, '<label>Billing State</label>')
  t.match(state, '<fullName>Needs &lt;help&gt;</fullName>')
  t.match(read(files, `${MAIN}/flows/Soapstone_Order_Approved.flow-meta.xml`), '>Signed &amp; paid<')
})

t.test(
  'adaptPackage makes no field that Salesforce or another package has, and none that is not written',
  async (t) => {
    const mapping: Partial<Mapping> = {
      account: { whmcsClientId: 'AccountNumber' },
      product: { whmcsProductId: 'acme__Pid__c', billingCycle: 'Billing_Cycle__c' },
      orderItem: { whmcsServiceId: '' },
    }
    const { files, notes } = adapt(mapping)
    t.same(problems(files, mapping), [])
    t.match(notes, [
      /Account\.AccountNumber is a standard field/,
      /Product2\.acme__Pid__c belongs to a managed package/,
    ])
    const made = [...files.keys()].filter((path) => path.endsWith('.field-meta.xml')).join('\n')
    t.notMatch(made, /AccountNumber|acme__|OrderItem/)
    const permissions = read(files, `${MAIN}/permissionsets/Soapstone_Integration.permissionset-meta.xml`)
    t.match(permissions, '<field>Product2.acme__Pid__c</field>')
    t.notMatch(permissions, /AccountNumber|OrderItem\./)
  },
)

t.test('adaptPackage leaves the list view out where the status is a standard field', async (t) => {
  const mapping = { order: { ...DEFAULT_MAPPING.order, provisioningStatus: 'Description' } }
  const { files, notes } = adapt(mapping, { contract: ['OrderNumber'] })
  t.match(notes, [/standard field/, /list view of failed orders is left out/])
  t.notOk([...files.keys()].some((path) => path.includes('listViews')))
  t.same(problems(files, mapping, ['Id', 'OrderNumber']), [])
})

t.test('adaptPackage says which fields of the mapping the package gives no access to', async (t) => {
  const { notes } = adapt({
    line: { hostname: { kind: 'field', path: 'OrderItem.Host__c' } },
    writeBack: { Order: { Invoice__c: 'invoiceId' }, OrderItem: {}, Account: {} },
  })
  t.match(notes, [/read access to OrderItem.Host__c by hand/, /edit access to Order.Invoice__c by hand/])
})

t.test('adaptPackage refuses a mapping that says one name for two things', async (t) => {
  const order = { ...DEFAULT_MAPPING.order, errorMessage: 'PROVISIONING_ERROR_CODE__C' }
  t.throws(() => adapt({ order }), { message: /says Order\.\S+ for order\.errorCode and for order\.errorMessage/ })
  const statuses = { ...DEFAULT_MAPPING.statuses, failed: 'activating' }
  t.throws(() => adapt({ statuses }), { message: /for statuses\.activating and for statuses\.failed/ })
})
