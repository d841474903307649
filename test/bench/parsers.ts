/** Ways to read an outbound message, side by side. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { SaxesParser } from 'saxes'
import { WSDL } from 'soap'
import { readAny } from '../helpers/envelopes.ts'

export type Parse = (bytes: Buffer) => Promise<unknown>

export async function createParsers(): Promise<Record<string, Parse>> {
  const wsdl = await openWsdl(fileURLToPath(new URL('../../wsdl/order.wsdl', import.meta.url)))
  const plain = new XMLParser()
  const hardened = new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    trimValues: false,
  })
  return {
    'ours (readEnvelope)': readAny,
    'fast-xml-parser, defaults': async (bytes) => plain.parse(bytes),
    'fast-xml-parser, hardened': async (bytes) => {
      const text = bytes.toString()
      if (XMLValidator.validate(text) !== true) throw new Error('not well-formed')
      return hardened.parse(text)
    },
    'saxes alone': async (bytes) => {
      let events = 0
      const parser = new SaxesParser({ xmlns: true })
      const count = () => {
        events += 1
      }
      for (const event of ['opentag', 'closetag', 'text'] as const) parser.on(event, count)
      parser.write(bytes.toString()).close()
      return events
    },
    'soap (WSDL.xmlToObject)': async (bytes) => wsdl.xmlToObject(bytes.toString()),
  }
}

async function openWsdl(path: string): Promise<WSDL> {
  const wsdl = new WSDL(readFileSync(path, 'utf8'), path, {})
  await new Promise<void>((resolve, reject) => {
    wsdl.onReady((error) => (error ? reject(error) : resolve()))
  })
  return wsdl
}
