import t from 'tap'
import { compareWithOrg, hasDrifted, type OrgPort } from '../../src/operations/contract-drift.ts'

const EXPECTED = {
  endpoint: 'order',
  recordType: 'Order',
  path: '/outbound-messages/order',
  fields: new Map([['Status', 'string']]),
  publicUrl: undefined,
  key: undefined,
}
const ORG: OrgPort = {
  fields: async () => new Map([['status', { name: 'Status', type: 'string' }]]),
  messages: async () => [{ name: 'M', endpointUrl: 'https://x/outbound-messages/order', fields: ['Id', 'Status'] }],
  flows: async () => [{ name: 'F', active: true, sends: ['M'] }],
  rules: async () => [],
}
const refuse = async () => {
  throw new Error('no access')
}

t.test('compareWithOrg takes what it can not look at for unknown, and not for drift', async (t) => {
  t.equal(hasDrifted(await compareWithOrg(ORG, EXPECTED)), false)
  const blind = await compareWithOrg({ ...ORG, messages: refuse }, EXPECTED)
  t.match(blind, { unchecked: ["the outbound messages can't be read: no access"], problems: [], unsent: [], added: [] })
  t.equal(hasDrifted(blind), false)
  const flowless = await compareWithOrg({ ...ORG, flows: refuse }, EXPECTED)
  t.match(flowless, { unchecked: ["the flows can't be read: no access"], problems: [] })
  const ruleless = await compareWithOrg({ ...ORG, flows: async () => [], rules: refuse }, EXPECTED)
  t.match(ruleless, { unchecked: ["the workflow rules can't be read: no access"], problems: [] })
})

t.test('compareWithOrg takes an object that can not be described for gone, and looks at the rest', async (t) => {
  const gone = await compareWithOrg({ ...ORG, fields: refuse }, EXPECTED)
  t.match(gone, { problems: ['Order is not there, or this login does not see it: no access'], removed: [] })
  t.match(gone.senders, [{ name: 'F', active: true }])
  t.ok(hasDrifted(gone))
})

t.test('compareWithOrg compares no type that the organisation does not say, and names in any case', async (t) => {
  const untyped = { ...ORG, fields: async () => new Map([['status', { name: 'STATUS' }]]) }
  t.match(await compareWithOrg(untyped, EXPECTED), { removed: [], retyped: [] })
})

t.test('compareWithOrg takes every message that leads to the endpoint, whichever sends a field', async (t) => {
  const two: OrgPort = {
    ...ORG,
    messages: async () => [
      { name: 'M', endpointUrl: 'https://x/outbound-messages/order', fields: ['Id', 'Status', 'Odd__c'] },
      { name: 'N', endpointUrl: 'https://x/outbound-messages/order', fields: ['Id', 'Odd__c'] },
      { name: 'O', endpointUrl: 'not a url', fields: ['Id', 'Other__c'] },
    ],
  }
  t.match(await compareWithOrg(two, EXPECTED), {
    added: [{ field: 'Odd__c', type: null }],
    unsent: ['Status'],
    messages: [{ name: 'M' }, { name: 'N' }],
  })
})
