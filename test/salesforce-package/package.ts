/** What the rules look at: the files of a package, parsed, and what it must agree with. */
import type { Mapping } from '../../src/domain/mapping/mapping.ts'
import type { PackageFiles } from '../../src/salesforce/package/files.ts'
import { type Element, parseElement, text } from './element.ts'

export interface Package {
  files: PackageFiles
  /** The root elements of the metadata files, by path. */
  metadata: ReadonlyMap<string, Element>
  /** The texts of Apex classes and triggers, by name. */
  classes: ReadonlyMap<string, string>
  triggers: ReadonlyMap<string, string>
}

/** What the code of Soapstone says. */
export interface Expected {
  mapping: Mapping
  /** The fields of the outbound message, with Id. */
  contract: string[]
  apiVersion: string
}

/** A rule: each sentence is a mistake. */
export type Rule = (it: Package, expected: Expected) => string[]

export function parsePackage(files: PackageFiles): Package {
  const paths = [...files].filter(([path]) => path.endsWith('-meta.xml'))
  return {
    files,
    metadata: new Map(paths.map(([path, xml]) => [path, parseElement(xml)])),
    classes: codeOf(files, '.cls'),
    triggers: codeOf(files, '.trigger'),
  }
}

function codeOf(files: PackageFiles, suffix: string): Map<string, string> {
  const code = [...files].filter(([path]) => path.endsWith(suffix))
  return new Map(code.map(([path, source]) => [nameOf(path), withoutComments(source)]))
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/** `SoapstoneProvision` of `…/classes/SoapstoneProvision.cls-meta.xml`. */
export function nameOf(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.[^.]+$/, '').replace(/\.[^.]+$/, '')
}

/** Files of one kind with their root elements: `all(it, 'Flow')`. */
export function ofType({ metadata }: Package, type: string): [string, Element][] {
  return [...metadata].filter(([, root]) => root.name === type)
}

export const objectOf = (path: string) => /\/objects\/([^/]+)\//.exec(path)?.[1] ?? ''

/** `Order.Provisioning_Status__c` and so on: every field that the package defines, with its root element. */
export function fieldsOf(it: Package): Map<string, Element> {
  return new Map(ofType(it, 'CustomField').map(([path, root]) => [`${objectOf(path)}.${text(root, 'fullName')}`, root]))
}

/** `Order.Soapstone_Order`, with its element. */
export function messagesOf(it: Package): Map<string, Element> {
  return new Map(
    ofType(it, 'Workflow').flatMap(([path, root]) =>
      root.children
        .filter(({ name }) => name === 'outboundMessages')
        .map((message): [string, Element] => [`${nameOf(path)}.${text(message, 'fullName')}`, message]),
    ),
  )
}

/** Custom names that may be used though the package does not define them: the org has them. */
export function foreignNames({ mapping, contract }: Expected): Set<string> {
  const { order, account, product, orderItem } = mapping
  return new Set([...contract, ...[order, account, product, orderItem].flatMap((names) => Object.values(names))])
}

export const missing = (wanted: Iterable<string>, there: Iterable<string>) => {
  const found = new Set(there)
  return [...wanted].filter((one) => !found.has(one))
}

/** A sentence when the two do not hold the same. */
export function differences(what: string, found: string[], wanted: string[]): string[] {
  return [
    ...missing(wanted, found).map((one) => `${what} lacks ${one}`),
    ...missing(found, wanted).map((one) => `${what} has ${one}, which is not wanted`),
    ...(new Set(found).size < found.length ? [`${what} names something twice`] : []),
  ]
}
