/** Messages of every kind, and a writer of XML that shares nothing with the reader. */
import fc from 'fast-check'
import { toId18 } from '../../src/domain/salesforce-id.ts'
import type { ReadMessage, ReadNotification, ReadValue } from '../../src/doors/outbound-message/envelope.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const id = (prefix: string) =>
  fc
    .string({ unit: fc.constantFrom(...BASE62), minLength: 12, maxLength: 12 })
    .map((rest) => toId18(prefix + rest) ?? '')

/** Any character that XML can hold, the awkward ones more often. */
const character = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...'&<>"\' \t\n\r]-\\{},:;#é漢\u2028\u0085\ufeff\ufffd', ']]>', '\r\n', '😀'),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)) },
  { weight: 1, arbitrary: fc.integer({ min: 0xa0, max: 0xd7ff }).map((code) => String.fromCodePoint(code)) },
  { weight: 1, arbitrary: fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) },
)
const text = fc.string({ unit: character, maxLength: 60 })
/** What is trimmed by the reader, and nothing when it is empty. */
const token = fc.option(fc.stringMatching(/^[!-~]{1,100}$/), { nil: undefined })

const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,39}$/)
  .filter((given) => given !== 'Id' && given !== 'fieldsToNull')
const awkward = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'Name', 'Été__c')
const fields = fc
  .uniqueArray(fc.tuple(fc.oneof(name, awkward), fc.option(text)), { selector: ([key]) => key, maxLength: 12 })
  .map((entries) => new Map<string, ReadValue>(entries))

const present = fc.record({
  notificationId: id('04l'),
  recordType: fc.constantFrom('Order', 'Account', 'My__Custom__c'),
  recordId: id('801'),
  fields,
})
const deleted = id('04l').map((notificationId) => ({
  notificationId,
  recordType: '',
  fields: new Map<string, ReadValue>(),
}))
const notifications = fc.array(fc.oneof({ weight: 6, arbitrary: present }, { weight: 1, arbitrary: deleted }), {
  minLength: 1,
  maxLength: 100,
  size: 'medium',
})

export const arbitraryMessage: fc.Arbitrary<ReadMessage> = fc
  .record({
    organizationId: id('00D'),
    actionId: id('04k'),
    sessionId: token,
    enterpriseUrl: token,
    partnerUrl: token,
    notifications,
  })
  .map(({ sessionId, enterpriseUrl, partnerUrl, ...message }) => ({
    ...message,
    ...(sessionId !== undefined && { sessionId }),
    ...(enterpriseUrl !== undefined && { enterpriseUrl }),
    ...(partnerUrl !== undefined && { partnerUrl }),
  }))

/** The same message in one of many spellings: prefixes, references, CDATA, white space, comments; `style` picks. */
export function write(message: ReadMessage, style: number): string {
  let state = style >>> 0
  const pick = (choices: string[]) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return choices[Math.floor((state / 2 ** 32) * choices.length)]
  }
  const space = () => pick(['', '\n', '  ', '<!-- <a> & -->', '\t\r\n'])
  const escaped = (value: string) =>
    Array.from(value, (one) => {
      const code = one.codePointAt(0) ?? 0
      if (one === '\r' || pick(['', '', '', 'reference'])) return pick([`&#${code};`, `&#x${code.toString(16)};`])
      return { '&': '&amp;', '<': '&lt;', '>': '&gt;' }[one] ?? one
    }).join('')
  const content = (value: string) =>
    pick(['', '', 'cdata']) && !/\r|\]\]>/.test(value) ? `<![CDATA[${value}]]>` : escaped(value)
  const o = pick(['', 'out:']) ?? ''
  const element = (tag: string, value: string | undefined) =>
    value === undefined
      ? (pick(['', `<${o}${tag} xsi:nil="true"/>`, `<${o}${tag}> </${o}${tag}>`]) ?? '')
      : `<${o}${tag}>${space()}${content(value)}${space()}</${o}${tag}>${space()}`
  const xmlns = o === '' ? 'xmlns' : 'xmlns:out'

  const field = ([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? `<sf:${key}>${content(value)}</sf:${key}>${space()}`
      : `<sf:${key} xsi:nil='${pick(['true', '1', ' true '])}'/>${space()}`
  const sObject = ({ recordId, recordType, fields }: ReadNotification) =>
    recordId === undefined
      ? pick(['', `<${o}sObject xsi:nil="true"/>`])
      : `<${o}sObject xsi:type="sf:${recordType}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${space()}<sf:Id>${recordId}</sf:Id>${[...fields].map(field).join('')}</${o}sObject>`
  const notification = (one: ReadNotification) =>
    `<${o}Notification>${element('Id', one.notificationId)}${sObject(one)}${space()}</${o}Notification>${space()}`

  return `${pick(['', '<?xml version="1.0"?>', '\ufeff<?xml version="1.0" encoding="UTF-8"?>'])}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${space()}${pick(['', '<s:Header/>'])}<s:Body>${space()}<${o}notifications ${xmlns}="http://soap.sforce.com/2005/09/outbound">${space()}${element('OrganizationId', message.organizationId)}${element('ActionId', message.actionId)}${element('SessionId', message.sessionId)}${element('EnterpriseUrl', message.enterpriseUrl)}${element('PartnerUrl', message.partnerUrl)}${message.notifications.map(notification).join('')}</${o}notifications></s:Body></s:Envelope>${space()}`
}
