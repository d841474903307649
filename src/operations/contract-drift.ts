/** Where a contract and the organisation have moved apart: the fields, the outbound message, and what sends it. */
import { reasonOf } from './doctor/check.ts'
import { type Here, leadsTo, misled } from './endpoint.ts'

/** The setup of the organisation, as far as the login sees it. */
export interface OrgPort {
  /** By the field's name in small letters, with its type as a WSDL has it. Rejects where there is no such object. */
  fields(object: string): Promise<Map<string, { name: string; type?: string }>>
  messages(object: string): Promise<{ name: string; endpointUrl: string; fields: string[] }[]>
  flows(object: string): Promise<Sender[]>
  rules(object: string): Promise<Sender[]>
}

interface Sender {
  name: string
  active: boolean
  /** Names of the messages that it sends. */
  sends: string[]
}

/** An endpoint of ours, as its WSDL has it. */
export interface Expected extends Here {
  endpoint: string
  recordType: string
  /** Types by field, besides Id. */
  fields: ReadonlyMap<string, string>
}

export interface ContractDrift {
  endpoint: string
  recordType: string
  /** The outbound message sends them, the contract lacks them. */
  added: { field: string; type: string | null }[]
  /** The contract has them. The object does not, or this login does not see them. */
  removed: { field: string; type: string }[]
  retyped: { field: string; from: string; to: string }[]
  /** The contract has them, the outbound message does not send them. */
  unsent: string[]
  /** The outbound messages that lead to the endpoint. The key is in no address here. */
  messages: { name: string; endpointUrl: string }[]
  senders: { name: string; kind: 'flow' | 'workflow rule'; active: boolean }[]
  /** What else is not as it should be, in sentences. */
  problems: string[]
  /** What could not be looked at, and why. */
  unchecked: string[]
}

export async function compareWithOrg(org: OrgPort, expected: Expected): Promise<ContractDrift> {
  const { endpoint, recordType, fields } = expected
  const problems: string[] = []
  const unchecked: string[] = []
  const described = await attempt(
    () => org.fields(recordType),
    (reason) => problems.push(`${recordType} is not there, or this login does not see it: ${reason}`),
  )
  const messages = await attempt(
    () => org.messages(recordType),
    (reason) => unchecked.push(`the outbound messages can't be read: ${reason}`),
  )
  const ours = messages?.filter((message) => leadsTo(message, expected)) ?? []
  if (messages && ours.length === 0) problems.push(`no outbound message of ${recordType} leads to ${expected.path}`)
  problems.push(...ours.flatMap((message) => misled(message, expected)))

  const ofObject = described ? compareFields(fields, described) : { removed: [], retyped: [] }
  const gone = ofObject.removed.map(({ field }) => field)
  const sent = new Set(ours.flatMap((message) => message.fields).filter((field) => field !== 'Id'))
  const unsent = (field: string) => !gone.includes(field) && ours.some((message) => !message.fields.includes(field))
  const senders = ours.length > 0 ? await findSenders(org, { recordType, ours, problems, unchecked }) : []
  return {
    endpoint,
    recordType,
    added: [...sent]
      .filter((field) => !fields.has(field))
      .map((field) => ({ field, type: described?.get(field.toLowerCase())?.type ?? null })),
    ...ofObject,
    unsent: [...fields.keys()].filter(unsent),
    messages: ours.map(({ name, endpointUrl }) => ({ name, endpointUrl: endpointUrl.replace(/\?.*/, '') })),
    ...{ senders, problems, unchecked },
  }
}

export function hasDrifted({ added, removed, retyped, unsent, problems }: ContractDrift): boolean {
  return [added, removed, retyped, unsent, problems].some((found) => found.length > 0)
}

function compareFields(fields: Expected['fields'], described: Awaited<ReturnType<OrgPort['fields']>>) {
  const removed: ContractDrift['removed'] = []
  const retyped: ContractDrift['retyped'] = []
  for (const [field, type] of fields) {
    const found = described.get(field.toLowerCase())
    if (found === undefined) removed.push({ field, type })
    else if (found.type !== undefined && found.type !== type) retyped.push({ field, from: type, to: found.type })
  }
  return { removed, retyped }
}

interface Looking {
  recordType: string
  ours: { name: string }[]
  problems: string[]
  unchecked: string[]
}

/** Adds to the problems when nothing that is active sends one of the messages. */
async function findSenders(org: OrgPort, { recordType, ours, problems, unchecked }: Looking) {
  const names = ours.map(({ name }) => name)
  const find = async (kind: 'flow' | 'workflow rule', ask: () => Promise<Sender[]>) => {
    const found = await attempt(ask, (reason) => unchecked.push(`the ${kind}s can't be read: ${reason}`))
    const senders = found?.filter(({ sends }) => sends.some((name) => names.includes(name))) ?? []
    return senders.map(({ name, active }) => ({ name, kind, active }))
  }
  const senders = [
    ...(await find('flow', () => org.flows(recordType))),
    ...(await find('workflow rule', () => org.rules(recordType))),
  ]
  // What could not be read may be what sends it.
  if (senders.some(({ active }) => active) || unchecked.length > 0) return senders
  const inactive = senders.map(({ kind, name }) => `the ${kind} ${name}`).join(', ')
  problems.push(
    inactive === ''
      ? `no flow and no workflow rule sends ${names.join(', ')}; an approval process may`
      : `${inactive} sends ${names.join(', ')}, and is not active`,
  )
  return senders
}

async function attempt<T>(ask: () => Promise<T>, otherwise: (reason: string) => void): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    otherwise(reasonOf(error))
    return undefined
  }
}
