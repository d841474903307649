/** The types of the metadata API, as @salesforce/types generates them from Salesforce's WSDL. */
import { readFileSync } from 'node:fs'

export interface Member {
  type: string
  many: boolean
  required: boolean
}

export interface MetadataType {
  /** What its text may be; empty: any. */
  values: string[]
  members: ReadonlyMap<string, Member>
}

interface Declared extends MetadataType {
  base?: string
  members: Map<string, Member>
}

const OBJECT = /^export type (\w+) = (?:(\w+) & )?\{$/
const VALUES = /^export type (\w+) = ('.*');$/
const ALIAS = /^export type (\w+) = (\w+);$/
const MEMBER = /^ {4}(\w+)(\??): (\w+)((?:\[\])?);$/

/** By name. Read line by line: the file is generated, with one member a line, and the compiler has no API for it. */
export function readMetadataTypes(): ReadonlyMap<string, MetadataType> {
  const source = import.meta.resolve('@salesforce/types/metadata').replace(/\.js$/, '.d.ts')
  const declared = new Map<string, Declared>()
  let open: Declared | undefined
  for (const line of readFileSync(new URL(source), 'utf8').split('\n')) {
    const [, name, base] = OBJECT.exec(line) ?? ALIAS.exec(line) ?? []
    const [, enumeration, values] = VALUES.exec(line) ?? []
    const [, member, mark, type, brackets] = MEMBER.exec(line) ?? []
    if (enumeration !== undefined && values !== undefined) {
      declared.set(enumeration, { values: values.split(' | ').map((value) => value.slice(1, -1)), members: new Map() })
    } else if (name !== undefined) {
      open = { values: [], members: new Map(), ...(base !== undefined && { base }) }
      declared.set(name, open)
    } else if (open && member !== undefined && type !== undefined) {
      const many = brackets !== ''
      // A list may be empty, though the file does not mark it.
      open.members.set(member, { type, many, required: !many && mark === '' })
    }
  }
  return new Map([...declared].map(([name, type]) => [name, withBase(type, declared)]))
}

function withBase(type: Declared, declared: ReadonlyMap<string, Declared>): MetadataType {
  const base = declared.get(type.base ?? '')
  if (base === undefined) return type
  const { values, members } = withBase(base, declared)
  return { values: [...values, ...type.values], members: new Map([...members, ...type.members]) }
}
