/** Outbound messages as bytes on the wire: made once, and for each sending only the ids are changed, in place. */
import { around, hundred } from '../worst-bodies.ts'

export interface Request {
  /** The next message: ids that nobody else has. The same buffer each time. */
  next(): Buffer
}

/** A message like those of the parse bench: seven fields a record. */
const FIELDS =
  '<sf:AccountId>001Ss00000Nn4MmIAJ</sf:AccountId><sf:EffectiveDate>2026-10-01</sf:EffectiveDate><sf:LastModifiedDate>2026-10-01T09:00:00.000Z</sf:LastModifiedDate><sf:OrderNumber>00000114</sf:OrderNumber><sf:Status>Activated</sf:Status><sf:SystemModstamp>2026-10-01T09:00:00.000Z</sf:SystemModstamp><sf:TotalAmount>45000.0</sf:TotalAmount>'
export const ORGANIZATION = '00DSs000000SOAPMA4'

/** Digits of an id that count; the rest is its prefix and its checksum. */
const DIGITS = 12
/** Two processes that send to one ledger have ids of their own. */
let last = (process.pid % 90_000) * 10_000_000

export function createRequest(url: URL, notifications: number): Request {
  const xml = (notifications === 1 ? around(FIELDS) : hundred(() => FIELDS))
    .replaceAll(/<Id>04l\w{15}</g, `<Id>04l${'0'.repeat(DIGITS)}AAA<`)
    .replaceAll(/<sf:Id>801\w{15}</g, `<sf:Id>801${'0'.repeat(DIGITS)}AAA<`)
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Content-Type: text/xml; charset=UTF-8',
    'SOAPAction: ""',
    'User-Agent: Jakarta Commons-HttpClient/3.1',
    `Content-Length: ${Buffer.byteLength(xml)}`,
  ].join('\r\n')
  const bytes = Buffer.from(`${head}\r\n\r\n${xml}`)
  const places = [...bytes.toString('latin1').matchAll(/<(?:sf:)?Id>(?:04l|801)/g)].map(
    (match) => match.index + match[0].length,
  )
  if (places.length !== notifications * 2) throw new Error(`${places.length} ids in a message of ${notifications}`)
  return {
    next() {
      places.forEach((place, i) => {
        // Notification and record have the same number.
        if (i % 2 === 0) last += 1
        bytes.write(String(last).padStart(DIGITS, '0'), place, 'latin1')
      })
      return bytes
    },
  }
}
