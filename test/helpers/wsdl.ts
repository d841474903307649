/** WSDLs of outbound messages for tests: the project's own, made to carry another record type. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Contract, readContract } from '../../src/doors/outbound-message/contract.ts'

export const ORDER_WSDL = readFileSync(new URL('../../wsdl/order.wsdl', import.meta.url), 'utf8')

/** The contract of a record type with these fields, given as name and type as the WSDL writes it (`xsd:double`). */
export function wsdlOf(recordType: string, fields: Record<string, string>): string {
  const elements = Object.entries(fields).map(
    ([name, type]) => `<element name="${name}" nillable="true" minOccurs="0" type="${type}"/>`,
  )
  return ORDER_WSDL.replace(
    /(<complexType name="Order">[\s\S]*?<sequence>)[\s\S]*?(<\/sequence>)/,
    (_, start: string, end: string) => start + elements.join('\n') + end,
  )
    .replaceAll('"Order"', `"${recordType}"`)
    .replaceAll('"ens:Order"', `"ens:${recordType}"`)
    .replaceAll('OrderNotification', `${recordType}Notification`)
}

/** A folder with these files, gone when the test is. */
export function folderOf(t: Test, files: Record<string, string | Buffer>): string {
  // tap takes what is written over for directories and links only.
  return t.testdir(files)
}

export async function contractOf(t: Test, recordType: string, fields: Record<string, string>): Promise<Contract> {
  return await readContract(join(folderOf(t, { 'some.wsdl': wsdlOf(recordType, fields) }), 'some.wsdl'))
}
