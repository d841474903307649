/** Documents: JSON that integrations keep beside the ledger, orders as they were read, and the mapping. */
import { type Actor, readActor } from './act.ts'
import { Refusal } from './refusal.ts'

export interface DocumentName {
  organizationId: string
  collection: string
  key: string
}

export interface DocumentVersion {
  version: number
  content: unknown
  changedAt: Date
  changedBy: string
}

export interface DocumentPort {
  read(name: DocumentName, version?: number): Promise<DocumentVersion | undefined>
  /** Undefined: `path` is no JSON path. */
  list(asked: {
    organizationId: string
    collection: string
    path: string | undefined
    after: string | undefined
    most: number
  }): Promise<(DocumentVersion & { key: string })[] | undefined>
  versions(name: DocumentName): Promise<{ version: number; removed: boolean; changedAt: Date; changedBy: string }[]>
  /** Without content it is removed. Undefined: another version is there than the one that is expected. */
  put(
    name: DocumentName,
    change: { content?: object; expected?: number | undefined; by: Actor },
  ): Promise<{ version: number; changedAt: Date; created: boolean } | undefined>
}

/** What is wrong with a mapping. */
export type CheckMapping = (content: object) => string[]

/** Orders come from Salesforce, and nobody writes them here. */
const READ_ONLY = 'orders'
export const MAPPINGS = 'mappings'
/** The mapping that takes the place of MAPPING_FILE. */
export const ACTIVE = 'active'
const COLLECTION = /^[a-z][a-z0-9_-]{0,62}$/

export async function readDocument(
  ledger: DocumentPort,
  name: DocumentName,
  version?: number,
): Promise<DocumentVersion> {
  const found = await ledger.read(name, version)
  if (found !== undefined) return found
  const of = version === undefined ? '' : `version ${version} of `
  throw new Refusal('unknown', `there is no ${of}${name.collection}/${name.key}`)
}

export async function listDocuments(
  ledger: DocumentPort,
  asked: Parameters<DocumentPort['list']>[0],
): Promise<{ items: (DocumentVersion & { key: string })[]; next: string | undefined }> {
  const found = await ledger.list({ ...asked, most: asked.most + 1 })
  if (found === undefined)
    throw new Refusal('invalid', `path: ${asked.path} is not a JSON path such as $.status ? (@ == "open")`)
  const items = found.slice(0, asked.most)
  return { items, next: found.length > items.length ? items.at(-1)?.key : undefined }
}

export async function documentVersions(ledger: DocumentPort, name: DocumentName) {
  const versions = await ledger.versions(name)
  if (versions.length === 0) throw new Refusal('unknown', `there is no ${name.collection}/${name.key}`)
  return versions
}

/** Undefined: another version is there than the one that is expected. */
export async function putDocument(
  ledger: DocumentPort,
  { name, content, expected, by }: { name: DocumentName; content: object; expected: number | undefined; by: Actor },
  checkMapping: CheckMapping,
) {
  refuseUnwritable(name)
  if (name.collection === MAPPINGS) {
    const problems = checkMapping(content)
    if (problems.length > 0) throw new Refusal('invalid', `the mapping can't be used: ${problems.join('; ')}`)
  }
  return await ledger.put(name, { content, expected, by: readActor(by) })
}

/** Undefined: there is none, or another version than the one that is expected. */
export async function removeDocument(
  ledger: DocumentPort,
  { name, expected, by }: { name: DocumentName; expected: number | undefined; by: Actor },
) {
  refuseUnwritable(name)
  return await ledger.put(name, { expected, by: readActor(by) })
}

function refuseUnwritable({ collection, key }: DocumentName): void {
  if (collection === READ_ONLY)
    throw new Refusal('conflict', 'orders are read from Salesforce: they are not written here')
  if (collection === MAPPINGS && key !== ACTIVE) {
    throw new Refusal('conflict', `only mappings/${ACTIVE} is written: it takes the place of MAPPING_FILE`)
  }
  if (!COLLECTION.test(collection)) {
    throw new Refusal('invalid', 'collection: up to 63 of a-z 0-9 _ -, and the first a letter')
  }
  if (key.length > 200) throw new Refusal('invalid', 'key: up to 200 characters')
}
