import { randomBytes } from 'node:crypto'
import { type NextId, to15 } from './ids.ts'
import { schema } from './schema.ts'

export type Fields = Record<string, unknown>

export interface StoredRecord {
  readonly id: string
  readonly type: string
  /** Keys are API names; an absent value is null on the wire. */
  readonly fields: Fields
}

export type RecordType = 'Account' | 'Order' | 'OrderItem' | 'Product2' | 'PricebookEntry' | 'Organization' | 'User'

/** The organisation's data and who may read it. */
export type Org = ReturnType<typeof createOrg>

export function createOrg(nextId: NextId, organizationId: string) {
  const records = new Map<string, StoredRecord>()
  /** Deleted, and not yet gone for good. */
  const recycleBin = new Map<string, StoredRecord>()
  /** What sharing keeps from the integration user. */
  const hidden = new Set<string>()
  const children = new Map<string, Set<StoredRecord>>()
  const names = new Map<string, Map<string, string>>()
  let sessions = new Set<string>()
  /** Who changed a record last: the user behind the API, or somebody at a screen. */
  const users = { integration: nextId('User'), person: nextId('User') }
  for (const [type, { fields }] of Object.entries(schema)) learn(type, fields)

  /** Creates a record with the fields that every record has. */
  function create(type: RecordType, fields: Fields): string {
    const id = type === 'Organization' ? organizationId : nextId(type)
    const now = toDateTime(new Date())
    const record = {
      id,
      type,
      fields: {
        CreatedDate: now,
        LastModifiedDate: now,
        LastModifiedById: users.person,
        IsDeleted: false,
        SystemModstamp: now,
        ...fields,
        Id: id,
      },
    }
    records.set(to15(id), record)
    learn(type, Object.keys(fields))
    for (const siblings of lookups(record)) siblings.add(record)
    return id
  }

  /** Writes as that user would. False when there is no such record. */
  function update(id: string, fields: Fields, by: keyof typeof users): boolean {
    const record = find(id)
    if (!record) return false
    for (const siblings of lookups(record)) siblings.delete(record)
    const stamp = later(record.fields.LastModifiedDate)
    const audit = { LastModifiedDate: stamp, LastModifiedById: users[by], SystemModstamp: stamp }
    Object.assign(record.fields, audit, fields)
    learn(record.type, Object.keys(fields))
    for (const siblings of lookups(record)) siblings.add(record)
    return true
  }

  /** Deletes a record, and what cannot live without it. */
  function remove(id: string) {
    const record = find(id)
    if (!record) return
    for (const item of childrenOf(id, 'OrderItem', 'OrderId')) remove(item.id)
    for (const siblings of lookups(record)) siblings.delete(record)
    records.delete(to15(id))
    recycleBin.set(to15(id), { ...record, fields: { ...record.fields, IsDeleted: true } })
  }

  function find(id: string): StoredRecord | undefined {
    return records.get(to15(id))
  }

  function all(type: string): StoredRecord[] {
    return [...records.values()].filter((record) => record.type === type)
  }

  function childrenOf(id: string, type: string, by: string): StoredRecord[] {
    return [...siblingsOf(type, by, id)]
  }

  /** The field's real name: SOQL does not care about case. */
  function fieldName(type: string, name: string): string | undefined {
    return names.get(type)?.get(name.toLowerCase())
  }

  function fieldNames(type: string): string[] {
    return [...(names.get(type)?.values() ?? [])]
  }

  // A test that gives a record a field has thereby created that field in the organisation.
  function learn(type: string, fields: readonly string[]) {
    const known = names.get(type) ?? new Map()
    for (const name of fields) known.set(name.toLowerCase(), name)
    names.set(type, known)
  }

  function lookups({ type, fields }: StoredRecord): Set<StoredRecord>[] {
    const parents = Object.values(schema[type]?.parents ?? {})
    return parents.map(({ by }) => siblingsOf(type, by, String(fields[by] ?? '')))
  }

  function siblingsOf(type: string, by: string, id: string): Set<StoredRecord> {
    const key = `${type}.${by}=${to15(id)}`
    const siblings = children.get(key) ?? new Set()
    children.set(key, siblings)
    return siblings
  }

  function issueSession(): string {
    const session = `${to15(organizationId)}!${randomBytes(72).toString('base64url').replaceAll('-', '.')}`
    sessions.add(session)
    return session
  }

  return {
    integrationUserId: users.integration,
    organizationId,
    create,
    update,
    remove,
    find,
    findDeleted: (id: string) => recycleBin.get(to15(id)),
    emptyRecycleBin: () => recycleBin.clear(),
    hide: (id: string) => {
      hidden.add(to15(id))
    },
    share: (id: string) => {
      hidden.delete(to15(id))
    },
    isHidden: (id: string) => hidden.has(to15(id)),
    all,
    childrenOf,
    fieldName,
    fieldNames,
    issueSession,
    isLive: (session: string) => sessions.has(session),
    expireSessions: () => {
      sessions = new Set()
    },
  }
}

export function sameId(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && to15(one) === to15(other)
}

// REST's own form of a date-time, in whole seconds as Salesforce stamps records.
function toDateTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}.000+0000`
}

// Salesforce would stamp two changes of one second alike; a test that compares the two wants to see the later one.
function later(stamp: unknown): string {
  const previous = typeof stamp === 'string' ? Date.parse(stamp.replace('+0000', 'Z')) : 0
  return toDateTime(new Date(Math.max(Date.now(), previous + 1000)))
}
