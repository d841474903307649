/** Bodies of a given size, each made to be as dear to read as it can be. Most are refused; the question is when. */

const ENVELOPE =
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>'
const HEAD =
  '<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00DSs000000SOAPMA4</OrganizationId><ActionId>04kSs000000sT0nIAE</ActionId>'
const END = '</notifications></soapenv:Body></soapenv:Envelope>'
const RECORD_END = '</sObject></Notification>'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function recordStart(number: number): string {
  const letters = `${BASE62[Math.floor(number / 62) % 62]}${BASE62[number % 62]}`
  return `<Notification><Id>04lSs00000Aa0${letters}</Id><sObject xsi:type="sf:Order" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>801Ss00000Ab1${letters}</sf:Id>`
}

/** One notification with this inside its sObject. */
export function around(fields: string): string {
  return ENVELOPE + HEAD + recordStart(0) + fields + RECORD_END + END
}

/** A hundred notifications, each with what `fields` gives for its number. */
export function hundred(fields: (number: number) => string): string {
  const notifications = Array.from({ length: 100 }, (_, i) => recordStart(i) + fields(i) + RECORD_END)
  return ENVELOPE + HEAD + notifications.join('') + END
}

/** The unit as often as it fits into so many bytes. */
function filled(bytes: number, unit: string): string {
  return unit.repeat(Math.floor((bytes - 2_000) / Buffer.byteLength(unit)))
}

/** As many fields as fit, or as there are, with names of their own. */
function fields(bytes: number, most: number, value: string, tag: (name: string, value: string) => string): string {
  const parts: string[] = []
  let size = 0
  for (let i = 0; i < most; i++) {
    const part = tag(`f${i}`, value)
    size += part.length
    if (size > bytes) break
    parts.push(part)
  }
  return parts.join('')
}

const plain = (name: string, value: string) => `<sf:${name}>${value}</sf:${name}>`

/** By name; each is made when it is asked for. */
export const WORST: Record<string, (bytes: number) => string> = {
  'many empty elements': (bytes) => around(filled(bytes, '<a/>')),
  'as many elements as are let in': () => around(fields(Number.POSITIVE_INFINITY, 149_000, 'x', plain)),
  '100 records of 900 fields': () => hundred(() => fields(300_000, 900, 'x', plain)),
  '100 records of 900 long fields': (bytes) =>
    hundred(() => fields(bytes / 100 - 200, 900, 'x'.repeat(Math.max(1, Math.floor(bytes / 100 / 900) - 25)), plain)),
  '100 texts of the longest kind': (bytes) => hundred(() => fields(bytes / 100 - 200, 3, 'x'.repeat(131_072), plain)),
  '100 texts in two bytes a character': (bytes) =>
    hundred(() => fields(bytes / 200 - 200, 2, 'ж'.repeat(Math.floor(bytes / 400) - 200), plain)),
  '100 texts of quotes and backslashes': (bytes) =>
    hundred(() => fields(bytes / 100 - 200, 3, '"\\'.repeat(50_000), plain)),
  'the same text, in references': (bytes) => around(`<sf:A>${filled(bytes, '&#65;')}</sf:A>`),
  'texts in references': (bytes) => hundred(() => fields(bytes / 100 - 400, 9, '&#65;'.repeat(30_000), plain)),
  'one text': (bytes) => around(`<sf:A>${filled(bytes, 'x')}</sf:A>`),
  'one text of line ends': (bytes) => around(`<sf:A>${filled(bytes, '\r')}</sf:A>`),
  'texts of line ends': (bytes) => hundred(() => fields(bytes / 100 - 400, 9, '\r'.repeat(100_000), plain)),
  'one CDATA section': (bytes) => around(`<sf:A><![CDATA[${filled(bytes, 'x')}]]></sf:A>`),
  'many CDATA sections': (bytes) => around(`<sf:A>${filled(bytes, '<![CDATA[x]]>')}</sf:A>`),
  'many comments': (bytes) => around(filled(bytes, '<!---->')),
  'comments within a text': (bytes) => around(`<sf:A>${filled(bytes, 'x<!---->')}</sf:A>`),
  'one comment': (bytes) => around(`<!--${filled(bytes, 'x')}-->`),
  'one comment of dashes': (bytes) => around(`<!--${filled(bytes, '- ')}-->`),
  'many processing instructions': (bytes) => around(filled(bytes, '<?a?>')),
  'white space': (bytes) => around(filled(bytes, ' \n')),
  'one attribute': (bytes) => around(`<sf:A b="${filled(bytes, 'x')}"/>`),
  'one attribute of line ends': (bytes) => around(`<sf:A b="${filled(bytes, '\n')}"/>`),
  'a type of white space': (bytes) => around(`<sf:A xsi:type="${filled(bytes, ' ')}"/>`),
  'one namespace': (bytes) => around(`<sf:A xmlns:b="${filled(bytes, 'x')}"/>`),
  'as many attributes as are let in': (bytes) =>
    around(filled(bytes, `<a ${Array.from({ length: 40 }, (_, i) => `a${i}=""`).join(' ')}/>`)),
  'many namespaces': (bytes) =>
    around(filled(bytes, `<a ${Array.from({ length: 40 }, (_, i) => `xmlns:a${i}="u"`).join(' ')}/>`)),
  'one name': (bytes) => around(`<sf:${filled(bytes, 'x')}/>`),
  'one name, never ended': (bytes) => filled(bytes, '<x').replaceAll('<', 'x').replace('x', '<'),
  'one reference, never ended': (bytes) => around(`<sf:A>&${filled(bytes, 'x')}</sf:A>`),
  'spaces in a tag': (bytes) => around(`<sf:A ${filled(bytes, ' ')}/>`),
  'numbers of a million digits': (bytes) =>
    around(fields(bytes / 32, 1, '1'.repeat(1_000_000), (_, value) => plain('TotalAmount', value))),
}
