import { XMLParser, XMLValidator } from 'fast-xml-parser'
import t from 'tap'
import { ack, fault, XML_TYPE } from '../../../src/doors/outbound-message/ack.ts'
import { parseXml } from '../../../src/doors/outbound-message/xml.ts'

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false })

/** By another reader than our own. */
function parse(text: string) {
  if (XMLValidator.validate(text) !== true) throw new Error(`not well-formed: ${text}`)
  return parser.parse(text)['soapenv:Envelope']
}

const faultString = (message: string) => parse(fault('Client', message))['soapenv:Body']['soapenv:Fault'].faultstring

t.test('ack says true only for what is stored', async (t) => {
  for (const [what, value] of [
    ['stored', 'true'],
    ['try-again', 'false'],
  ] as const) {
    const response = { '@_xmlns': 'http://soap.sforce.com/2005/09/outbound', Ack: value }
    t.same(parse(ack(what)), { '@_xmlns:soapenv': SOAP, 'soapenv:Body': { notificationsResponse: response } })
  }
  t.equal(XML_TYPE, 'text/xml; charset=utf-8')
})

t.test('ack begins with the declaration, so that Salesforce finds no content in the prolog', async (t) => {
  for (const text of [ack('stored'), ack('try-again'), fault('Server', 'x')]) t.ok(text.startsWith('<?xml '))
})

t.test('fault names who is to blame, with a code in the namespace of SOAP and a string in none', async (t) => {
  t.same(parse(fault('Client', 'there is no Notification')), {
    '@_xmlns:soapenv': SOAP,
    'soapenv:Body': { 'soapenv:Fault': { faultcode: 'soapenv:Client', faultstring: 'there is no Notification' } },
  })
  t.equal(parse(fault('Server', 'x'))['soapenv:Body']['soapenv:Fault'].faultcode, 'soapenv:Server')
  const [element] = (await parseXml(Buffer.from(fault('Server', 'x')))).children[0]?.children ?? []
  t.match(element, { uri: SOAP, name: 'Fault' })
  t.same(
    element?.children.map(({ uri, name }) => ({ uri, name })),
    [
      { uri: '', name: 'faultcode' },
      { uri: '', name: 'faultstring' },
    ],
  )
})

t.test('fault escapes what it is told', async (t) => {
  t.equal(faultString(`a<b>&"c"'d'</faultstring>`), `a<b>&"c"'d'</faultstring>`)
  t.equal(faultString(']]> é 漢字 😀'), ']]> é 漢字 😀')
  t.equal(faultString('one\n\ttwo'), 'one\n\ttwo')
})

t.test('fault replaces what XML can not hold', async (t) => {
  t.equal(faultString('a\u0000b\u0007c\u001bd\u007fe\u0085f'), 'a?b?c?d?e?f')
  t.equal(faultString('half \ud83d of one'), 'half ? of one')
  t.equal(faultString('\ufffe\uffff'), '??')
})
