/** Reads what came back as Salesforce would: an Ack counts only with status 200, and redirects are not followed. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'

export type Answer =
  /** Ack true: it is stored. */
  | { result: 'ack'; status: number; detail: string }
  /** Ack false, a Fault, or no SOAP at all: Salesforce would send it again, for a day. */
  | { result: 'nack' | 'fault' | 'http'; status: number; detail: string }
  | { result: 'no-connection'; detail: string }

export interface HttpReply {
  status: number
  /** Of a redirect. */
  location?: string
  body: string
}

const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false, ignoreAttributes: true })

export function readAnswer({ status, location, body }: HttpReply): Answer {
  if (location !== undefined) {
    return { result: 'http', status, detail: `a redirect to ${location}, which Salesforce does not follow` }
  }
  const soap = soapBody(body)
  const fault = member(soap, 'Fault')
  if (fault !== undefined) {
    const [code, text] = [member(fault, 'faultcode'), member(fault, 'faultstring')]
    return { result: 'fault', status, detail: `${textOf(code)}: ${textOf(text)}` }
  }
  const said = member(member(soap, 'notificationsResponse'), 'Ack')
  if (said === undefined) return { result: 'http', status, detail: 'the answer is not one of an outbound message' }
  const value = textOf(said).trim()
  if (value !== 'true' && value !== '1')
    return { result: 'nack', status, detail: 'it is not certain that it is stored' }
  if (status !== 200) return { result: 'http', status, detail: 'Ack true, which counts with status 200 only' }
  return { result: 'ack', status, detail: 'the message is stored' }
}

/** For a person. */
export function inWords(answer: Answer): string {
  switch (answer.result) {
    case 'ack':
      return `Ack true: ${answer.detail}`
    case 'nack':
      return `Ack false (HTTP ${answer.status}): ${answer.detail}; Salesforce would send it again`
    case 'fault':
      return `Fault (HTTP ${answer.status}) ${answer.detail}`
    case 'http':
      return `HTTP ${answer.status}: ${answer.detail}`
    case 'no-connection':
      return `no connection: ${answer.detail}`
  }
}

/** What the envelope holds, if it is one. The parser takes half of a document, so it is validated first. */
function soapBody(text: string): unknown {
  if (XMLValidator.validate(text) !== true) return undefined
  const document: unknown = parser.parse(text)
  return member(member(document, 'Envelope'), 'Body')
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

/** Without what a terminal could take for a command. */
function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : '').replace(/\p{Cc}+/gu, ' ').slice(0, 500)
}
