/** The contract of this installation against the simulated organisation: as it should be, and each way to drift apart. */
import t from 'tap'
import { readConfig } from '../../src/config/read.ts'
import type { ContractDrift } from '../../src/operations/contract-drift.ts'
import { compareContractsWithOrgs } from '../../src/service/contract-drift.ts'
import { createWorld, type World } from '../helpers/service.ts'
import type { Setup } from '../simulators/salesforce/setup.ts'

async function compare(world: World) {
  const { config, problems } = readConfig(world.settings)
  if (!config) throw new Error(problems.join('\n'))
  const { drift, contracts } = await compareContractsWithOrgs(config, undefined)
  return { drift, contract: contracts[0] }
}

t.test('compareContractsWithOrgs finds no drift where there is none', async (t) => {
  const world = await createWorld(t)
  const { drift, contract } = await compare(world)
  t.equal(drift, false)
  t.match(contract, {
    ...{ endpoint: 'order', recordType: 'Order' },
    ...{ added: [], removed: [], retyped: [], unsent: [], problems: [], unchecked: [] },
    messages: [{ name: 'Soapstone', endpointUrl: 'https://soapstone.example.com/outbound-messages/order' }],
    senders: [{ name: 'Soapstone_Order_Approved', kind: 'flow', active: true }],
  })
  t.match(world.salesforce.calls, { collections: 0, composite: 0 }, 'nothing was written')
})

const [message, flow] = [({ messages: [one] }: Setup) => one, ({ flows: [one] }: Setup) => one]

const CASES: [string, (setup: Setup) => void, Partial<ContractDrift>][] = [
  [
    'a field that is gone',
    (setup) => void setup.invisible.add('Order.TotalAmount'),
    { removed: [{ field: 'TotalAmount', type: 'double' }], unsent: [] },
  ],
  [
    'a field of another type',
    (setup) => void Object.assign(setup.types, { 'Order.EffectiveDate': 'xsd:dateTime' }),
    { retyped: [{ field: 'EffectiveDate', from: 'date', to: 'dateTime' }] },
  ],
  [
    'a field that is sent now',
    (setup) => void message(setup)?.fields.push('Description'),
    { added: [{ field: 'Description', type: 'string' }] },
  ],
  [
    'a field that is sent no more',
    (setup) =>
      void Object.assign(message(setup) ?? {}, { fields: message(setup)?.fields.filter((one) => one !== 'Status') }),
    { unsent: ['Status'] },
  ],
  [
    'a message that leads elsewhere',
    (setup) =>
      void Object.assign(message(setup) ?? {}, { endpointUrl: 'https://elsewhere.example/outbound-messages/order' }),
    { problems: ['Soapstone leads to elsewhere.example, and PUBLIC_URL is https://soapstone.example.com'] },
  ],
  [
    'no message at all',
    (setup) => void Object.assign(setup, { messages: [] }),
    { problems: ['no outbound message of Order leads to /outbound-messages/order'], senders: [] },
  ],
  [
    'a flow that is not active',
    (setup) => void Object.assign(flow(setup) ?? {}, { active: false }),
    { problems: ['the flow Soapstone_Order_Approved sends Soapstone, and is not active'] },
  ],
  [
    'a message that nothing sends',
    (setup) => void Object.assign(setup, { flows: [] }),
    { problems: ['no flow and no workflow rule sends Soapstone; an approval process may'] },
  ],
  [
    'a workflow rule that is not active',
    (setup) =>
      void Object.assign(setup, {
        flows: [],
        rules: [{ name: 'Approved', object: 'Order', active: false, sends: 'Soapstone' }],
      }),
    { problems: ['the workflow rule Approved sends Soapstone, and is not active'] },
  ],
]

for (const [what, change, expected] of CASES) {
  t.test(`compareContractsWithOrgs finds ${what}`, async (t) => {
    const world = await createWorld(t, { PUBLIC_URL: 'https://soapstone.example.com' })
    change(world.salesforce.setup)
    const { drift, contract } = await compare(world)
    t.equal(drift, true)
    t.match(contract, expected)
    const kinds = ['added', 'removed', 'retyped', 'unsent', 'problems'] as const
    const found = kinds.filter((kind) => (contract?.[kind].length ?? 0) > 0)
    t.equal(found.length, 1, 'and nothing else')
  })
}

t.test('compareContractsWithOrgs is content with a workflow rule, also with one that waits', async (t) => {
  const world = await createWorld(t)
  const { setup } = world.salesforce
  setup.flows = []
  for (const timed of [{}, { timed: true as const }]) {
    setup.rules = [
      { name: 'Other', object: 'Order', active: true },
      { name: 'Approved', object: 'Order', active: true, sends: 'Soapstone', ...timed },
    ]
    const { drift, contract } = await compare(world)
    t.equal(drift, false)
    t.same(contract?.senders, [{ name: 'Approved', kind: 'workflow rule', active: true }])
  }
})

t.test('compareContractsWithOrgs looks for the key in the address of the message, and shows it nowhere', async (t) => {
  const key = 'a-key-of-at-least-16-characters'
  const world = await createWorld(t, { OUTBOUND_MESSAGE_KEY: key })
  t.match((await compare(world)).contract?.problems, [
    'Soapstone gives no key, or another one than OUTBOUND_MESSAGE_KEY',
  ])
  const sent = message(world.salesforce.setup)
  if (sent) sent.endpointUrl += `?key=${key}`
  const { drift, contract } = await compare(world)
  t.equal(drift, false)
  t.notMatch(JSON.stringify(contract), key)
})

t.test('compareContractsWithOrgs explains a login that is refused, and asks for one that is not there', async (t) => {
  const world = await createWorld(t, { SALESFORCE_CLIENT_SECRET: 'wrong' })
  await t.rejects(compare(world), { message: /^SALESFORCE_LOGIN_REFUSED: / })
  const { SALESFORCE_CLIENT_ID: _, SALESFORCE_CLIENT_SECRET: __, ...settings } = world.settings
  await t.rejects(compare({ ...world, settings }), { message: /^there is no login to ask with/ })
})
