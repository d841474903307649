/** Whether each metadata file has the elements, the values and the order that Salesforce's WSDL wants. */
import type { PackageFiles } from '../../src/salesforce/package/files.ts'
import { type Element, parseElement } from './element.ts'
import type { MetadataType } from './metadata-types.ts'

type Types = ReadonlyMap<string, MetadataType>

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata'
const PRIMITIVES: Record<string, RegExp> = { boolean: /^(?:true|false)$/, number: /^-?\d+(?:\.\d+)?$/, string: /^/ }

/** Every problem, as `path: where: what`. */
export function elementProblems(files: PackageFiles, types: Types): string[] {
  return [...files]
    .filter(([path]) => path.endsWith('-meta.xml'))
    .flatMap(([path, xml]) => fileProblems(path, xml, types))
}

function fileProblems(path: string, xml: string, types: Types): string[] {
  let root: Element
  try {
    root = parseElement(xml)
  } catch (error) {
    return [`${path}: ${error instanceof Error ? error.message : error}`]
  }
  const problems = problemsOf(root, root.name, root.name, types)
  if (root.attributes.xmlns !== NAMESPACE) problems.unshift(`the namespace is ${root.attributes.xmlns}`)
  return problems.map((problem) => `${path}: ${problem}`)
}

function problemsOf(element: Element, typeName: string, where: string, types: Types): string[] {
  const primitive = PRIMITIVES[typeName]
  const value = element.text.trim()
  if (primitive) return primitive.test(value) ? [] : [`${where}: '${value}' is no ${typeName}`]
  const type = types.get(typeName)
  if (type === undefined) return [`${where}: there is no type ${typeName}`]
  if (type.values.length > 0) return type.values.includes(value) ? [] : [`${where}: '${value}' is no ${typeName}`]
  return [...childProblems(element, type, where, types), ...orderProblems(element, type, where)]
}

function childProblems({ children }: Element, type: MetadataType, where: string, types: Types): string[] {
  const missing = [...type.members]
    .filter(([name, { required }]) => required && !children.some((child) => child.name === name))
    .map(([name]) => `${where}: <${name}> is missing`)
  const wrong = children.flatMap((child) => {
    const member = type.members.get(child.name)
    if (member === undefined) return [`${where}: <${child.name}> is unknown`]
    return problemsOf(child, member.type, `${where}/${child.name}`, types)
  })
  return [...missing, ...wrong]
}

function orderProblems({ children }: Element, type: MetadataType, where: string): string[] {
  return children.flatMap(({ name }, i) => {
    const before = children.slice(0, i).some((child) => child.name === name)
    if (!before) return []
    if (type.members.get(name)?.many === false) return [`${where}: <${name}> comes twice`]
    return children[i - 1]?.name === name ? [] : [`${where}: the <${name}> do not stand together`]
  })
}
