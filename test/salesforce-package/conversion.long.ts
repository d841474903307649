/** What Salesforce's CLI makes of the package when it deploys it. It says nothing of most mistakes: hence the exact list. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { DEFAULT_MAPPING } from '../../src/config/mapping/read.ts'
import { adaptPackage } from '../../src/salesforce/package/adapt.ts'
import type { PackageFiles } from '../../src/salesforce/package/files.ts'
import { EXPECTED, PACKAGE } from './expected.ts'
import { planted, renamed, without } from './files.ts'
import { toolsFolder, writeFiles } from './tools.ts'

interface Components {
  projectDirectory: string
  getSourceComponents(): Iterable<{ type: { name: string }; fullName: string }>
}
interface Tools {
  ComponentSet: { fromSource(folders: string[]): Components }
  MetadataConverter: new () => {
    convert(
      set: Components,
      format: 'metadata',
      to: { type: 'directory'; outputDirectory: string; genUniqueDir: false },
    ): Promise<unknown>
  }
}

const tools: Tools = createRequire(join(toolsFolder(), 'package.json'))('@salesforce/source-deploy-retrieve')

const ENVIRONMENT = {
  SOAPSTONE_URL: 'https://soap.acme.test',
  SOAPSTONE_SALESFORCE_USER: 'robot@acme.test',
  OUTBOUND_MESSAGE_KEY: 'a-key-of-the-environment',
}
Object.assign(process.env, ENVIRONMENT)

const COMPONENTS = {
  'force-app': [
    ...['Provision', 'ProvisionTest', 'TestOrders', 'Tombstones', 'TombstonesTest'].map(
      (name) => `ApexClass Soapstone${name}`,
    ),
    'ApexTrigger SoapstoneOrderDeleted',
    'CustomField Account.WHMCS_Client_ID__c',
    'CustomField Order.Last_Provisioning_At__c',
    'CustomField Order.Provisioning_Error_Code__c',
    'CustomField Order.Provisioning_Error_Message__c',
    'CustomField Order.Provisioning_Status__c',
    'CustomField Order.WHMCS_Order_ID__c',
    'CustomField OrderItem.WHMCS_Service_ID__c',
    'CustomField Product2.Billing_Cycle__c',
    'CustomField Product2.WHMCS_Product_ID__c',
    'CustomObject Soapstone_Tombstone__c',
    'ExternalCredential Soapstone',
    'Flow Soapstone_Order_Approved',
    'LightningComponentBundle provisionInWhmcs',
    'ListView Order.Soapstone_Failed',
    'NamedCredential Soapstone',
    'PermissionSet Soapstone_Credential',
    'PermissionSet Soapstone_Integration',
    'PermissionSet Soapstone_Mapping',
    'PermissionSet Soapstone_Operator',
    'QuickAction Order.Provision_in_WHMCS',
    'Workflow Order',
  ],
  'force-app-events': [
    'CustomObject Order_Approved__e',
    'Flow Soapstone_Order_Approved_Event',
    'PermissionSet Soapstone_Events',
  ],
  'force-app-cdc': ['PlatformEventChannelMember ChangeEvents_OrderChangeEvent'],
}

function read(t: Test, files: PackageFiles, folder = 'force-app') {
  const project = t.testdir()
  writeFiles(files, project)
  const set = tools.ComponentSet.fromSource([join(project, folder)])
  set.projectDirectory = project
  const names = [...set.getSourceComponents()].map(({ type, fullName }) => `${type.name} ${fullName}`).sort()
  return { set, names, out: join(project, 'out') }
}

async function convert(t: Test, files: PackageFiles): Promise<Map<string, string>> {
  const { set, out } = read(t, files)
  await new tools.MetadataConverter().convert(set, 'metadata', {
    type: 'directory',
    outputDirectory: out,
    genUniqueDir: false,
  })
  const written = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path))
  return new Map(written.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(out, path), 'utf8')]))
}

t.test('each folder holds these components, and no others', async (t) => {
  for (const [folder, expected] of Object.entries(COMPONENTS)) t.same(read(t, PACKAGE, folder).names, expected, folder)
})

t.test(
  'a deploy puts the message where the org looks for it, with the address and the user of the environment',
  async (t) => {
    process.env.SOAPSTONE_URL = 'https://soap.acme.test'
    process.env.SOAPSTONE_SALESFORCE_USER = 'robot@acme.test'
    const converted = await convert(t, PACKAGE)
    const workflow = converted.get('workflows/Order.workflow')
    t.match(workflow, '<endpointUrl>https://soap.acme.test/outbound-messages/order</endpointUrl>')
    t.match(workflow, '<integrationUser>robot@acme.test</integrationUser>')
    t.match(
      converted.get('namedCredentials/Soapstone.namedCredential'),
      '<parameterValue>https://soap.acme.test</parameterValue>',
    )
    t.notMatch([...converted.values()].join('\n'), /example\.com/)
    const manifest = converted.get('package.xml') ?? ''
    for (const name of ['Order.Soapstone_Order', 'Soapstone_Tombstone__c.Record_Id__c']) t.match(manifest, `>${name}<`)
  },
)

t.test('a deploy without the address says so', async (t) => {
  delete process.env.SOAPSTONE_URL
  t.teardown(() => Object.assign(process.env, ENVIRONMENT))
  await t.rejects(convert(t, PACKAGE), /SOAPSTONE_URL/)
})

t.test('what soapstone package writes can be deployed, with the key from the environment', async (t) => {
  const mapping = { ...DEFAULT_MAPPING, order: { ...DEFAULT_MAPPING.order, whmcsOrderId: 'Billing_Order__c' } }
  const { files } = adaptPackage(PACKAGE, {
    ...{ url: 'https://soap.acme.test', endpoint: 'order', user: 'robot@acme.test', keyed: true },
    ...{ mapping, defaults: DEFAULT_MAPPING, contract: EXPECTED.contract.slice(1) },
  })
  const converted = await convert(t, files)
  t.match(converted.get('workflows/Order.workflow'), '/outbound-messages/order?key=a-key-of-the-environment<')
  t.match(converted.get('objects/Order.object'), '<fullName>Billing_Order__c</fullName>')
})

t.test('the conversion finds files that lack, are called wrongly, or are no XML', async (t) => {
  const main = 'force-app/main/default'
  const apex = `${main}/classes/SoapstoneProvision.cls`
  t.throws(() => read(t, without(PACKAGE, apex)), /Expected source files/)
  const flow = `${main}/flows/Soapstone_Order_Approved.flow-meta.xml`
  t.throws(() => read(t, renamed(PACKAGE, flow, flow.replace('.flow-', '.flaw-'))), /Could not infer a metadata type/)
  // Tags that are not closed it takes as they are: test/salesforce-package/elements.ts does not.
  const field = `${main}/objects/Soapstone_Tombstone__c/fields/Record_Id__c.field-meta.xml`
  await t.rejects(convert(t, planted(PACKAGE, field, '<CustomField', 'CustomField')), /error parsing .*Record_Id__c/)
  const list = read(t, without(PACKAGE, `${apex}-meta.xml`)).names
  t.equal(list.length, COMPONENTS['force-app'].length - 1, 'a class without its metadata is left out in silence')
})
