import t from 'tap'
import { elementProblems } from './elements.ts'
import { PACKAGE } from './expected.ts'
import { planted } from './files.ts'
import { readMetadataTypes } from './metadata-types.ts'

const types = readMetadataTypes()
const MAIN = 'force-app/main/default'
const FLOW = `${MAIN}/flows/Soapstone_Order_Approved.flow-meta.xml`
const FIELD = `${MAIN}/objects/Order/fields/Provisioning_Status__c.field-meta.xml`
const MESSAGE = `${MAIN}/workflows/Order.workflow-meta.xml`

t.test('readMetadataTypes finds types, values and bases in the generated file', async (t) => {
  t.ok(types.size > 2000)
  t.ok(types.get('FlowTriggerType')?.values.includes('RecordAfterSave'))
  t.same(types.get('PermissionSet')?.members.get('label'), { type: 'string', many: false, required: true })
  t.ok(types.get('CustomField')?.members.has('fullName'), 'of the base type')
})

t.test('the package has the elements, values and order that the metadata API wants', async (t) => {
  t.same(elementProblems(PACKAGE, types), [])
})

t.test('elementProblems finds each kind of mistake', async (t) => {
  const mistakes: [string, string, string, RegExp][] = [
    [FLOW, '<label>Send to Soapstone</label>', '<lable>Send</lable>', /<lable> is unknown/],
    [FLOW, 'RecordAfterSave', 'RecordAfterSaved', /'RecordAfterSaved' is no FlowTriggerType/],
    [FLOW, '<locationX>50', '<locationX>left', /'left' is no number/],
    [FLOW, '</connector>', '', /[Uu]nexpected close tag|unmatched/i],
    [FIELD, 'Picklist', 'Pickliste', /'Pickliste' is no FieldType/],
    [FIELD, '<restricted>false', '<restricted>no', /'no' is no boolean/],
    [FIELD, '2006/04', '2006/05', /the namespace is/],
    [FIELD, 'CustomField', 'CustomFeld', /there is no type CustomFeld/],
    [MESSAGE, '        <endpointUrl>', '        <name>Other</name>\n        <endpointUrl>', /<name> comes twice/],
    [MESSAGE, '        <includeSessionId>false</includeSessionId>\n', '', /<includeSessionId> is missing/],
    [MESSAGE, '</name>', '</name>\n<fields>Name</fields>', /the <fields> do not stand together/],
  ]
  for (const [path, from, to, problem] of mistakes) {
    const [found] = elementProblems(planted(PACKAGE, path, from, to), types)
    t.match(found, problem)
    t.ok(found?.startsWith(path), path)
  }
})
