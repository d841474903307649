/** What sends the orders: the outbound message and the flow in Salesforce, against the endpoints of this installation. */
import { leadsTo, misled } from '../endpoint.ts'
import { type Check, type Finding, fail, needing, ok, once, reasonOf, warn } from './check.ts'

export interface AutomationPort {
  logIn(): Promise<void>
  messages(object: string): Promise<Message[]>
  flows(object: string): Promise<Flow[]>
}

interface Message {
  name: string
  endpointUrl: string
  fields: string[]
}

interface Flow {
  name: string
  active: boolean
  /** Names of the messages that it sends. */
  sends: string[]
}

export interface AutomationNeeds {
  recordType: string
  /** Path of the endpoint. */
  path: string
  /** Fields of its contract, besides Id. */
  fields: string[]
  publicUrl: string | undefined
  /** That senders must give. */
  key: string | undefined
}

const SETUP = 'To have it checked, give the integration user View Setup and Configuration for the time of the check.'

export function automationChecks(port: AutomationPort, needs: AutomationNeeds): Check[] {
  const { recordType } = needs
  const login = once(port.logIn)
  const messages = once(() => port.messages(recordType))
  const readable = (judge: (messages: Message[]) => Finding | Promise<Finding>) =>
    needing(login, 'salesforce.login', async () => {
      const read = await messages().then(
        (found) => ({ found }),
        (error: unknown) => ({ error }),
      )
      if ('error' in read) return warn(`the outbound messages can't be read: ${reasonOf(read.error)}`, SETUP)
      return judge(read.found.filter((message) => leadsTo(message, needs)))
    })
  return [
    { id: 'salesforce.message', run: readable((ours) => endpoint(ours, needs)) },
    { id: 'salesforce.contract', run: readable((ours) => contract(ours, needs)) },
    { id: 'salesforce.flow', run: readable(async (ours) => flow(ours, () => port.flows(recordType))) },
  ]
}

function endpoint(ours: Message[], { recordType, ...here }: AutomationNeeds): Finding {
  const { path, publicUrl, key } = here
  const wanted = `${publicUrl ?? 'https://your.host'}${path}${key === undefined ? '' : '?key=…'}`
  const remedy = `Setup, Outbound Messages: set the endpoint URL to ${wanted}.`
  if (ours.length === 0) return fail(`no outbound message on ${recordType} leads to ${path}`, remedy)
  const wrong = ours.flatMap((message) => misled(message, here))
  return wrong.length > 0 ? fail(wrong.join('; '), remedy) : ok(`${ours.map(({ name }) => name).join(', ')} leads here`)
}

function contract(ours: Message[], { fields }: AutomationNeeds): Finding {
  if (ours.length === 0)
    return warn('not checked, because no outbound message leads here', 'Mend salesforce.message first.')
  const differences = ours.flatMap((message) => {
    const sent = message.fields.filter((name) => name !== 'Id')
    const added = sent.filter((name) => !fields.includes(name))
    const removed = fields.filter((name) => !sent.includes(name))
    return [
      ...(added.length > 0 ? [`${message.name} sends ${added.join(', ')}, which the contract lacks`] : []),
      ...(removed.length > 0 ? [`${message.name} does not send ${removed.join(', ')}`] : []),
    ]
  })
  if (differences.length === 0) return ok(`it sends the ${fields.length} fields of the contract`)
  return warn(
    differences.join('; '),
    'Save its WSDL ("Click for WSDL") in WSDL_FOLDER, or change the message. Work needs the Id alone.',
  )
}

async function flow(ours: Message[], read: () => Promise<Flow[]>): Promise<Finding> {
  if (ours.length === 0)
    return warn('not checked, because no outbound message leads here', 'Mend salesforce.message first.')
  const names = ours.map(({ name }) => name)
  const flows = await read().catch((error: unknown) => reasonOf(error))
  if (typeof flows === 'string') return warn(`the flows can't be read: ${flows}`, SETUP)
  const senders = flows.filter(({ sends }) => sends.some((name) => names.includes(name)))
  const active = senders.filter((one) => one.active)
  if (active.length > 0) return ok(`${active.map(({ name }) => name).join(', ')} is active`)
  if (senders.length > 0) {
    return fail(
      `${senders.map(({ name }) => name).join(', ')} sends the message, and is not active`,
      'Activate the flow: Setup, Flows.',
    )
  }
  return warn(
    `no flow sends ${names.join(', ')}`,
    'Make a record-triggered flow with the action Outbound Message, unless a workflow rule or an approval sends it.',
  )
}
