/** Two readers of one language: where the plain one answers, the full one must answer the same. */
import { isDeepStrictEqual } from 'node:util'
import { parsePlainXml } from '../../src/doors/outbound-message/plain-xml.ts'
import { parseFully } from '../../src/doors/outbound-message/xml.ts'

/** How they differ. */
export async function readerDifference(bytes: Buffer): Promise<string | undefined> {
  const plain = parsePlainXml(bytes.toString('utf8'))
  if (plain === undefined || !isUtf8(bytes)) return undefined
  const full = await parseFully(bytes).catch((error: unknown) => String(error))
  if (isDeepStrictEqual(plain, full)) return undefined
  return `the plain reader gives ${JSON.stringify(plain)}, the full one ${JSON.stringify(full)}`
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes)
}
