import t from 'tap'
import { EXPECTED, PACKAGE } from './expected.ts'
import { planted, renamed, without } from './files.ts'
import { MISTAKES } from './mistakes.ts'
import { RULES, referenceProblems } from './references.ts'

const MAIN = 'force-app/main/default'

t.test('the files of the package fit each other, the mapping, the contract and the door', async (t) => {
  t.same(referenceProblems(PACKAGE, EXPECTED), [])
})

t.test('referenceProblems finds every planted mistake', async (t) => {
  for (const [path, from, to, rule] of MISTAKES) {
    const found = referenceProblems(planted(PACKAGE, path, from, to), EXPECTED)
    t.ok(
      found.some((problem) => rule.test(problem)),
      `${path}: ${from} -> ${to}`,
      { found, rule: String(rule) },
    )
  }
})

t.test('referenceProblems finds files that lack, or stand elsewhere', async (t) => {
  const lost = (path: string) => referenceProblems(without(PACKAGE, path), EXPECTED).join('\n')
  t.match(lost(`${MAIN}/classes/SoapstoneProvision.cls`), /^pairs: .*no SoapstoneProvision\.cls beside it/m)
  t.match(lost(`${MAIN}/classes/SoapstoneProvision.cls-meta.xml`), /^pairs: .*would not be deployed/m)
  t.match(
    lost(`${MAIN}/objects/Order/fields/WHMCS_Order_ID__c.field-meta.xml`),
    /^mappedFields: .*lacks Order\.WHMCS_O/m,
  )
  t.match(
    lost(`${MAIN}/flows/Soapstone_Order_Approved.flow-meta.xml`),
    /^sender: no flow sends Order\.Soapstone_Order/m,
  )
  t.match(lost(`${MAIN}/permissionsets/Soapstone_Credential.permissionset-meta.xml`), /^chain: nobody may use/m)
  t.match(lost(`${MAIN}/permissionsets/Soapstone_Integration.permissionset-meta.xml`), /^integration: there is no/m)
  const moved = renamed(
    PACKAGE,
    `${MAIN}/workflows/Order.workflow-meta.xml`,
    `${MAIN}/workflowOutboundMessages/Order.workflow-meta.xml`,
  )
  t.match(referenceProblems(moved, EXPECTED).join('\n'), /^places: .*a Workflow stands in workflows/m)
})

t.test('every rule has a mistake that it finds', async (t) => {
  const named = [...MISTAKES.map(([, , , rule]) => String(rule)), 'pairs: mappedFields: places: '].join()
  t.same(
    Object.keys(RULES).filter((name) => !new RegExp(`\\b${name}\\b`).test(named)),
    [],
  )
})
