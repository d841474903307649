import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { createLook } from '../helpers/look.ts'
import { createService } from '../helpers/service.ts'
import { sendBySoap } from './send-soap.ts'

const run = promisify(execFile)
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

type Send = (url: string, organization: string, order: string) => Promise<unknown>
const by =
  (program: string, name: string): Send =>
  async (...args) => {
    const { stdout } = await run(program, [script(name), ...args])
    return JSON.parse(stdout)
  }

/** A stack, how to find out whether it is here, and how to send by it. */
const STACKS: [name: string, probe: [string, string[]] | undefined, send: Send][] = [
  ['soap (Node.js)', undefined, sendBySoap],
  ['zeep (Python)', ['/usr/bin/python3', ['-c', 'import zeep']], by('/usr/bin/python3', 'send.py')],
  ['SoapClient (PHP)', ['php', ['-r', "exit(extension_loaded('soap') ? 0 : 1);"]], by('php', 'send.php')],
]

t.test('clients of several SOAP stacks take the WSDL served, and understand Ack and Fault', async (t) => {
  const running = await createService(t)
  const look = createLook(t, running)
  const wsdl = `${running.endpoint}?wsdl`
  const { organizationId } = running.salesforce
  let sent = 0
  for (const [name, probe, send] of STACKS) {
    if (probe && !(await run(...probe).then(Boolean, () => false))) {
      t.comment(`${name} is not installed: see test/clients/README.md`)
      continue
    }
    const order = running.salesforce.addOrder()
    t.same(await send(wsdl, organizationId, order), { ack: true }, `${name}: Ack`)
    sent += 1
    await look.order(order, 'Provisioned')
    // Both come with a status that is not 200.
    const refused = await send(wsdl, '00D000000000001EAA', order)
    t.match(refused, { code: /^(?:soapenv:|SOAP-ENV:)?Client$/, message: 'not accepted here' }, `${name}: Fault, 403`)
    const wrong = await send(wsdl, 'no organisation!!!', order)
    t.match(wrong, { code: /Client$/, message: 'OrganizationId is not a Salesforce id' }, `${name}: Fault, 500`)
  }
  t.match(
    await look.settled(sent),
    Array.from({ length: sent }, () => ({ record_type: 'Order', state: 'completed' })),
  )
  const { rows } = await look.pool.query('select fields from ledger.notification')
  for (const { fields } of rows) t.match(fields, { OrderNumber: '00000114', TotalAmount: 45_000, AccountId: null })
})
