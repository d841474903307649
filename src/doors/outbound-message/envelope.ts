/** SOAP envelope to message as it was read: ids checked, values still text. */
import { toId18 } from '../../domain/salesforce-id.ts'
import { yieldEvery } from '../../runtime/yielding.ts'
import { type Element, Malformed } from './element.ts'
import { trimXml } from './lexical.ts'
import { type Nested, nestedText } from './nested.ts'
import { parseXml } from './xml.ts'

/**
 * A message as it was read. Nothing in its head has been held against a contract, and nobody has decided what it is worth.
 * Of its notifications there is what the reader's caller made of each.
 */
export interface ReadMessage<T = ReadNotification> {
  organizationId: string
  actionId: string
  sessionId?: string
  enterpriseUrl?: string
  partnerUrl?: string
  notifications: T[]
}

export interface ReadNotification {
  notificationId: string
  /** Empty: the sender did not say. */
  recordType: string
  /** Absent: it came without data, as for a record that was deleted meanwhile. */
  recordId?: string
  /** All but Id, in the order of the message. A map, since a field may have any name. */
  fields: ReadonlyMap<string, ReadValue>
}

/** null: the sender said nil. */
export type ReadValue = string | null | Nested

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound'
const SOBJECT = 'urn:sobject.enterprise.soap.sforce.com'

/** Salesforce's own limit, and the WSDL's. */
const MAX_NOTIFICATIONS = 100
/** Salesforce's are about 900, and no more than 1,638,400 characters in all long texts of a record. */
const MAX_FIELDS = 2_000
const MAX_RECORD = 2 * 1024 * 1024

/** Is told whose message it is, and may refuse it. What it gives is asked for each notification. */
export type Begin<T> = (organizationId: string) => (notification: ReadNotification) => T

/**
 * Reads a message. Throws Malformed for what can't be read or does not say which records it is about.
 *
 * `begin` is called before the rest is parsed: a stranger's message costs no more than that. A notification is handed over
 * as soon as it has been parsed, and forgotten: a hundred of them with the longest texts would fill a small heap.
 */
export async function readEnvelope<T>(bytes: Buffer, begin: Begin<T>): Promise<ReadMessage<T>> {
  let take: ReturnType<Begin<T>> | undefined
  const taken = new Map<Element, T>()
  const envelope = await parseXml(bytes, (element, outside) => {
    if (element.name === 'OrganizationId' && isOfRequest(element, outside)) {
      const organizationId = toId18(trimXml(element.text))
      if (organizationId !== undefined) take = begin(organizationId)
    }
    if (element.name !== 'Notification' || take === undefined || !isOfRequest(element, outside)) return
    if (taken.size < MAX_NOTIFICATIONS) taken.set(element, take(toNotification(element)))
    element.children = []
  })
  if (envelope.uri !== SOAP || envelope.name !== 'Envelope') {
    throw new Malformed(`the root is not a SOAP 1.1 Envelope but ${nameOf(envelope)}`)
  }
  const body = only(envelope, SOAP, 'Body')
  const [request, another] = body.children
  if (request === undefined || another !== undefined || request.uri !== OUTBOUND || request.name !== 'notifications') {
    throw new Malformed(`the Body holds ${request ? nameOf(request) : 'nothing'}, not one notifications of ${OUTBOUND}`)
  }
  const notifications = request.children.filter((child) => child.uri === OUTBOUND && child.name === 'Notification')
  if (notifications.length === 0) throw new Malformed('there is no Notification')
  if (notifications.length > MAX_NOTIFICATIONS) {
    throw new Malformed(`there are ${notifications.length} notifications; at most ${MAX_NOTIFICATIONS} are allowed`)
  }
  const organizationId = id(only(request, OUTBOUND, 'OrganizationId'))
  const actionId = id(only(request, OUTBOUND, 'ActionId'))
  const sessionId = optional(request, 'SessionId')
  const enterpriseUrl = optional(request, 'EnterpriseUrl')
  const partnerUrl = optional(request, 'PartnerUrl')
  return {
    organizationId,
    actionId,
    ...(sessionId !== undefined && { sessionId }),
    ...(enterpriseUrl !== undefined && { enterpriseUrl }),
    ...(partnerUrl !== undefined && { partnerUrl }),
    notifications: await remaining(notifications, taken, take ?? begin(organizationId)),
  }
}

/** A child of `notifications` in the Body, not something of that name elsewhere. */
function isOfRequest({ uri }: Element, outside: readonly Element[]): boolean {
  const [, body, request] = outside
  const within = request?.uri === OUTBOUND && request.name === 'notifications' && body?.name === 'Body'
  return uri === OUTBOUND && within && outside.length === 3
}

/** Those that came before the organisation did are still to be taken. */
async function remaining<T>(
  elements: Element[],
  taken: ReadonlyMap<Element, T>,
  take: (notification: ReadNotification) => T,
): Promise<T[]> {
  const mayYield = yieldEvery(MAX_FIELDS)
  const all: T[] = []
  for (const element of elements) {
    const known = taken.get(element)
    if (known !== undefined) {
      all.push(known)
      continue
    }
    const notification = toNotification(element)
    all.push(take(notification))
    await mayYield(notification.fields.size)
  }
  return all
}

function toNotification(element: Element): ReadNotification {
  const notificationId = verbatim(only(element, OUTBOUND, 'Id'))
  // Nothing there and nil there are the same: no data.
  const sObject = element.children.find((child) => child.uri === OUTBOUND && child.name === 'sObject' && !child.nil)
  if (sObject === undefined) return { notificationId, recordType: '', fields: new Map() }
  const { id: rawId, fields } = readFields(sObject)
  const recordType = typeOf(sObject)
  if (rawId === undefined || rawId === null) return { notificationId, recordType, fields }
  const recordId = toId18(trimXml(rawId))
  if (recordId === undefined) throw new Malformed('the Id of an sObject is not a Salesforce id')
  return { notificationId, recordType, recordId, fields }
}

/** Salesforce always says it; clients made from the WSDL (zeep, PHP) don't, where it is what the WSDL says: then ''. */
function typeOf({ type }: Element): string {
  if (type === undefined) return ''
  if (type.uri !== SOBJECT) throw new Malformed(`an sObject has no xsi:type of ${SOBJECT}`)
  return type.name
}

/** The values, and apart from them that of `Id`. */
function readFields(sObject: Element): { id: string | null | undefined; fields: Map<string, ReadValue> } {
  const fields = new Map<string, ReadValue>()
  let id: string | null | undefined
  let characters = 0
  if (sObject.children.length > MAX_FIELDS) throw new Malformed(`an sObject has more than ${MAX_FIELDS} fields`)
  for (const field of sObject.children) {
    if (field.uri !== SOBJECT) throw new Malformed(`an sObject holds ${nameOf(field)}, which is not of ${SOBJECT}`)
    if (field.name === 'fieldsToNull') continue
    const value = fieldValue(field)
    characters += (typeof value === 'string' ? value : (value?.nested ?? '')).length
    if (characters > MAX_RECORD) throw new Malformed(`an sObject has more than ${MAX_RECORD} characters`)
    const twice = field.name === 'Id' ? id !== undefined : fields.has(field.name)
    if (twice) throw new Malformed(`the field ${nameOf(field)} comes twice`)
    if (field.name !== 'Id') fields.set(field.name, value)
    else if (typeof value === 'object' && value !== null)
      throw new Malformed('the Id of an sObject is not a plain value')
    else id = value
  }
  return { id, fields }
}

function fieldValue(field: Element): ReadValue {
  if (field.nil) return null
  return field.children.length > 0 ? { nested: nestedText(field) } : field.text
}

function only(parent: Element, uri: string, name: string): Element {
  const [found, another] = parent.children.filter((child) => child.uri === uri && child.name === name)
  if (found === undefined) throw new Malformed(`${nameOf(parent)} has no ${name}`)
  if (another !== undefined) throw new Malformed(`${nameOf(parent)} has more than one ${name}`)
  return found
}

function optional(parent: Element, name: string): string | undefined {
  if (!parent.children.some((child) => child.uri === OUTBOUND && child.name === name)) return undefined
  const element = only(parent, OUTBOUND, name)
  const text = trimXml(element.text)
  return element.nil || text === '' ? undefined : text
}

/** An id in its 18-character form. What was sent instead is not repeated: it could be anything. */
function id(element: Element): string {
  const id18 = toId18(trimXml(element.text))
  if (id18 === undefined) throw new Malformed(`${nameOf(element)} is not a Salesforce id of 15 or 18 characters`)
  return id18
}

/** A notification's id as it was sent: were two of one message told apart by a checksum that is wrong, none may get lost. */
function verbatim(element: Element): string {
  const id18 = id(element)
  const text = trimXml(element.text)
  return text.length === 18 ? text : id18
}

/** A name fit for a message. */
function nameOf({ name }: Element): string {
  return name.slice(0, 80)
}
