/** What goes back to Salesforce: Ack true, Ack false, or a SOAP 1.1 Fault. */

export const XML_TYPE = 'text/xml; charset=utf-8'

/** `stored`: everything is committed. `try-again`: nothing is certain, send it again. */
export function ack(what: 'stored' | 'try-again'): string {
  const value = what === 'stored'
  return envelope(
    `<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>${value}</Ack></notificationsResponse>`,
  )
}

/** `Client`: the message is wrong and will be wrong again. `Server`: we are. */
export function fault(code: 'Client' | 'Server', message: string): string {
  return envelope(
    `<soapenv:Fault><faultcode>soapenv:${code}</faultcode><faultstring>${escapeXml(message)}</faultstring></soapenv:Fault>`,
  )
}

function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }

/** Also drops what XML can't hold at all: control characters but tab and line ends, half characters. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]|\p{Surrogate}/gu, '?')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
