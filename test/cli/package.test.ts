import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { soapstone } from '../helpers/cli.ts'

const PUBLIC_URL = 'https://soap.acme.test'
const WORKFLOW = 'force-app/main/default/workflows/Order.workflow-meta.xml'

t.test('soapstone package writes the package of this installation', async (t) => {
  const folder = t.testdir({ 'mapping.json': '{"eligibleStatuses":["Signed"]}' })
  const variables = { PUBLIC_URL, MAPPING_FILE: 'mapping.json', OUTBOUND_MESSAGE_KEY: 'a-key-that-nobody-reads' }
  const { code, out, err } = await soapstone(['package', '--out', 'made/here'], variables, folder)
  t.same({ code, err }, { code: 0, err: '' })
  t.match(out, /^\d+ files in made\/here, for https:\/\/soap\.acme\.test\n/)
  t.match(out, /- set OUTBOUND_MESSAGE_KEY when you deploy/)
  t.notMatch(out, /nobody-reads/)
  const read = (path: string) => readFileSync(join(folder, 'made/here', path), 'utf8')
  t.match(read(WORKFLOW), 'https://soap.acme.test/outbound-messages/order?key=OUTBOUND_MESSAGE_KEY')
  t.match(read('force-app/main/default/flows/Soapstone_Order_Approved.flow-meta.xml'), '<stringValue>Signed<')
  for (const path of ['README.md', '.forceignore']) t.ok(read(path), path)
})

t.test('soapstone package takes the contract of the WSDL folder, and the user that it is told', async (t) => {
  const wsdl = readFileSync(new URL('../../wsdl/order.wsdl', import.meta.url), 'utf8')
  const changed = wsdl.replace(/ *<element name="TotalAmount".*\n/, '')
  t.not(changed, wsdl)
  const folder = t.testdir({ contracts: { 'orders.wsdl': changed } })
  const args = ['package', '--json', '--user', 'robot@acme.test']
  const { code, out } = await soapstone(args, { PUBLIC_URL, WSDL_FOLDER: 'contracts' }, folder)
  t.equal(code, 0)
  t.match(JSON.parse(out), { folder: 'salesforce', files: Number, url: PUBLIC_URL, notes: [] })
  const workflow = readFileSync(join(folder, 'salesforce', WORKFLOW), 'utf8')
  t.match(workflow, 'https://soap.acme.test/outbound-messages/orders<')
  t.match(workflow, '<integrationUser>robot@acme.test<')
  t.notMatch(workflow, 'TotalAmount')
})

t.test('soapstone package says what keeps it from writing', async (t) => {
  const folder = t.testdir()
  mkdirSync(join(folder, 'full'))
  writeFileSync(join(folder, 'full/file'), '')
  writeFileSync(join(folder, 'double.json'), '{"order":{"errorCode":"X__c","errorMessage":"X__c"}}')
  const cases: [string[], Record<string, string>, RegExp, number][] = [
    [[], {}, /PUBLIC_URL is unset/, 1],
    [[], { PUBLIC_URl: PUBLIC_URL }, /PUBLIC_URL/, 1],
    [[], { PUBLIC_URL: 'http://localhost:8080' }, /Salesforce sends to https only/, 2],
    [['--out', 'full'], { PUBLIC_URL }, /full holds something already/, 1],
    [['--out', 'full/file'], { PUBLIC_URL }, /full\/file can't be read/, 2],
    [[], { PUBLIC_URL, WSDL_FOLDER: 'full' }, /full/, 1],
    [[], { PUBLIC_URL, MAPPING_FILE: 'double.json' }, /says Order\.X__c for order\.errorCode and/, 1],
  ]
  for (const [args, variables, text, exitCode] of cases) {
    const { code, out, err } = await soapstone(['package', ...args], variables, folder)
    t.same({ code, out }, { code: exitCode, out: '' }, err)
    t.match(err, text)
    t.notMatch(err, /\n {4}at /, 'without a stack')
  }
})
