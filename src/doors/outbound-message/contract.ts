/** The contract of an endpoint: wsdl/<name>.wsdl as Salesforce generates it, read with the soap package. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WSDL } from 'soap/lib/wsdl/index.js'
import { Explained } from '../../runtime/explained.ts'
import { parseXml } from './xml.ts'

/** The XML Schema types that Salesforce's WSDLs use for fields. */
export const FIELD_TYPES = [
  'ID',
  'string',
  'boolean',
  'int',
  'long',
  'double',
  'decimal',
  'date',
  'dateTime',
  'time',
  'base64Binary',
  'anyType',
] as const
export type FieldType = (typeof FIELD_TYPES)[number]

export interface Contract {
  /** The endpoint's name: the file's, without .wsdl. */
  name: string
  recordType: string
  /** Fields besides Id, by name, in the order of the WSDL. */
  fields: ReadonlyMap<string, FieldType>
  /** The WSDL itself. */
  text: string
  /** The only organisation that it is for. Absent: it is for all. */
  organizationId?: string
}

/** A WSDL that is not one of an outbound message; the message names file and fault. */
export class BadContract extends Explained {}

const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound'
const SOBJECT = 'urn:sobject.enterprise.soap.sforce.com'

/** Reads every <name>.wsdl of the folder. Throws BadContract at the first that is not usable, or when there is none. */
export async function loadContracts(folder: string): Promise<Contract[]> {
  let files: string[]
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.wsdl'))
  } catch (error) {
    throw new BadContract(`the WSDL folder can't be read: ${firstLine(error)}`)
  }
  if (files.length === 0) throw new BadContract(`there is no .wsdl file in ${folder}`)
  return await Promise.all(files.sort().map((file) => readContract(join(folder, file))))
}

/** Reads one WSDL file. */
export async function readContract(path: string): Promise<Contract> {
  const name = path.replace(/^.*[/\\]/, '').replace(/\.wsdl$/, '')
  const refuse = (fault: string): never => {
    throw new BadContract(`${path}: ${fault}`)
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    refuse('the name must be letters, digits, dots, dashes: it becomes a path')
  const bytes = read(path, refuse)
  const text = bytes.toString()
  // Salesforce's WSDLs stand alone; whatever would be fetched from elsewhere is not ours to trust.
  if (/<!DOCTYPE|\bschemaLocation\s*=|<(?:\w+:)?import\b[^>]*\blocation\s*=/i.test(text)) {
    refuse('it refers to other documents, which a WSDL of an outbound message does not')
  }
  const notWsdl = (error: unknown) => refuse(`not a WSDL: ${firstLine(error)}`)
  // The soap package takes half a file, so it is read strictly first.
  await parseXml(bytes).catch(notWsdl)
  const definitions = await parse(text).catch(notWsdl)
  const outbound = definitions.schemas[OUTBOUND]
  const request = outbound?.elements.notifications
  if (!outbound || !request) return refuse(`it has no element notifications of ${OUTBOUND}`)
  const notificationType = typeOf(find(request, 'Notification'))
  const notification = outbound.complexTypes[notificationType]
  const recordType = typeOf(notification && find(notification, 'sObject'))
  const record = definitions.schemas[SOBJECT]?.complexTypes[recordType]
  if (!record) return refuse(`it does not say which record type its notifications carry (${SOBJECT})`)
  const fields = new Map<string, FieldType>()
  for (const field of elementsIn(record)) {
    const type = FIELD_TYPES.find((known) => known === typeOf(field))
    if (field.$name === undefined) refuse('a field has no name')
    else if (type === undefined) refuse(`the field ${field.$name} is of the unknown type ${field.$type}`)
    else fields.set(field.$name, type)
  }
  return { name, recordType, fields, text }
}

function read(path: string, refuse: (fault: string) => never): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    return refuse(`can't be read: ${firstLine(error)}`)
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}

/** The WSDL with the address at which it is really served. */
export function withAddress(contract: Contract, address: string): string {
  const safe = address.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return contract.text.replace(
    /(<(?:[\w.-]+:)?address\b[^>]*?\blocation\s*=\s*)(?:"[^"]*"|'[^']*')/,
    (_, start: string) => `${start}"${safe}"`,
  )
}

/** What the soap package makes of a schema's nodes, as far as it is used here. */
interface Node {
  name?: string
  $name?: string
  $type?: string
  children?: Node[]
}
type Schemas = Record<string, { elements: Record<string, Node>; complexTypes: Record<string, Node> }>

async function parse(text: string): Promise<{ schemas: Schemas }> {
  // Loaded here and not above: the package is large, and only the start needs it.
  const soap = await import('soap/lib/wsdl/index.js')
  const wsdl: WSDL = new soap.WSDL(text, '', {})
  await new Promise<void>((resolve, reject) => {
    wsdl.onReady((error) => (error ? reject(error) : resolve()))
  })
  return wsdl.definitions
}

/** The elements below a node, however deep: sequence, complexContent and extension only wrap them. */
function elementsIn(node: Node): Node[] {
  return (node.children ?? []).flatMap((child) => (child.name === 'element' ? [child] : elementsIn(child)))
}

function find(node: Node, name: string): Node | undefined {
  return elementsIn(node).find((element) => element.$name === name)
}

/** The local name of a node's type. */
function typeOf(node: Node | undefined): string {
  return node?.$type?.replace(/^.*:/, '') ?? ''
}
