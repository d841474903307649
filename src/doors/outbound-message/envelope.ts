/** SOAP envelope to message: the one place where the wire becomes the domain. Values stay text. */
import { CODES } from '../../domain/codes.ts'
import type { Message, Notification } from '../../domain/notification.ts'
import { toId18 } from '../../domain/salesforce-id.ts'
import { yieldEvery } from '../../runtime/yielding.ts'
import { type Element, Malformed } from './element.ts'
import { parseXml } from './xml.ts'

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound'
const SOBJECT = 'urn:sobject.enterprise.soap.sforce.com'

/** Salesforce's own limit, and the WSDL's. */
const MAX_NOTIFICATIONS = 100
/** Salesforce's are about 900, and no more than 1,638,400 characters in all long texts of a record. */
const MAX_FIELDS = 2_000
const MAX_RECORD = 2 * 1024 * 1024

/** Reads a message. Throws Malformed for everything that is not exactly one. */
export async function readEnvelope(bytes: Buffer): Promise<Message> {
  const envelope = await parseXml(bytes)
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
  const sessionId = optional(request, 'SessionId')
  const enterpriseUrl = optional(request, 'EnterpriseUrl')
  const partnerUrl = optional(request, 'PartnerUrl')
  return {
    organizationId: id(only(request, OUTBOUND, 'OrganizationId')),
    source: 'outbound-message',
    actionId: id(only(request, OUTBOUND, 'ActionId')),
    ...(sessionId !== undefined && { sessionId }),
    ...(enterpriseUrl !== undefined && { enterpriseUrl }),
    ...(partnerUrl !== undefined && { partnerUrl }),
    notifications: await toNotifications(notifications),
  }
}

async function toNotifications(elements: Element[]): Promise<Notification[]> {
  const mayYield = yieldEvery(MAX_FIELDS)
  const notifications: Notification[] = []
  for (const element of elements) {
    const notification = toNotification(element)
    notifications.push(notification)
    await mayYield(Object.keys(notification.fields).length)
  }
  return notifications
}

function toNotification(element: Element): Notification {
  const notificationId = verbatim(only(element, OUTBOUND, 'Id'))
  // Nothing there and nil there are the same: no data.
  const sObject = element.children.find((child) => child.uri === OUTBOUND && child.name === 'sObject' && !child.nil)
  const { id: rawId, fields } = sObject ? readFields(sObject) : { id: undefined, fields: {} }
  const recordType = sObject ? typeOf(sObject) : ''
  // A record that was deleted before its message was sent: the notification comes without data.
  if (rawId === undefined || rawId === null) {
    const ignored = { code: 'RECORD_DELETED', message: CODES.RECORD_DELETED.meaning }
    return { notificationId, recordType, fields, ignored }
  }
  const recordId = toId18(rawId.trim())
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
function readFields(sObject: Element): { id: string | null | undefined; fields: Record<string, string | null> } {
  // No prototype: a field may have any name.
  const fields: Record<string, string | null> = Object.create(null)
  let id: string | null | undefined
  let characters = 0
  if (sObject.children.length > MAX_FIELDS) throw new Malformed(`an sObject has more than ${MAX_FIELDS} fields`)
  for (const field of sObject.children) {
    if (field.uri !== SOBJECT) throw new Malformed(`an sObject holds ${nameOf(field)}, which is not of ${SOBJECT}`)
    if (field.children.length > 0) throw new Malformed(`the field ${nameOf(field)} is not a plain value`)
    if (field.name === 'fieldsToNull') continue
    characters += field.text.length
    if (characters > MAX_RECORD) throw new Malformed(`an sObject has more than ${MAX_RECORD} characters`)
    const value = field.nil ? null : field.text
    const twice = field.name === 'Id' ? id !== undefined : field.name in fields
    if (twice) throw new Malformed(`the field ${nameOf(field)} comes twice`)
    if (field.name === 'Id') id = value
    else fields[field.name] = value
  }
  return { id, fields }
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
  const text = element.text.trim()
  return element.nil || text === '' ? undefined : text
}

/** An id in its 18-character form. What was sent instead is not repeated: it could be anything. */
function id(element: Element): string {
  const id18 = toId18(element.text.trim())
  if (id18 === undefined) throw new Malformed(`${nameOf(element)} is not a Salesforce id of 15 or 18 characters`)
  return id18
}

/** A notification's id as it was sent: were two of one message told apart by a checksum that is wrong, none may get lost. */
function verbatim(element: Element): string {
  const id18 = id(element)
  const text = element.text.trim()
  return text.length === 18 ? text : id18
}

/** A name fit for a message. */
function nameOf({ name }: Element): string {
  return name.slice(0, 80)
}
