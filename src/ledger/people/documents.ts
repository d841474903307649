/** Documents: of integrations, of orders as they were read, of mappings. */
import { hasSqlState } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'
import { storableJson } from '../postgres/storable.ts'

const OF = { organization_id: 'text', collection: 'text', key: 'text' } as const
const VERSION = { version: 'integer', content: 'jsonb', changed_at: 'timestamptz', changed_by: 'text' } as const

export const readDocument = query('read-document', { ...OF, version: 'integer?' }, VERSION)
export const listDocuments = query(
  'list-documents',
  { organization_id: 'text', collection: 'text', path: 'text?', after: 'text', most: 'integer' },
  { key: 'text', ...VERSION },
  'each-time',
)
export const documentVersions = query('document-versions', OF, {
  version: 'integer',
  removed: 'boolean',
  changed_at: 'timestamptz',
  changed_by: 'text',
})
export const putDocument = query(
  'put-document',
  { ...OF, content: 'jsonb?', expected: 'integer?', acting: 'jsonb' },
  { version: 'integer', changed_at: 'timestamptz', created: 'boolean' },
)

interface Named {
  organizationId: string
  collection: string
  key: string
}

/** Fits the port of the operations. */
export function createDocumentStore(runner: Runner) {
  const of = ({ organizationId, collection, key }: Named) => ({ organization_id: organizationId, collection, key })
  return {
    async read(named: Named, version?: number) {
      const [row] = await readDocument(runner, { ...of(named), version })
      return row && toVersion(row)
    },
    /** `path`: undefined where the text is no JSON path. */
    async list({ organizationId, collection, path, after, most }: Omit<Named, 'key'> & ListAsked) {
      const asked = { organization_id: organizationId, collection, path, after: after ?? '', most }
      const rows = await listDocuments(runner, asked).catch((error: unknown) => {
        if (path !== undefined && hasSqlState(error, ...NO_PATH)) return undefined
        throw error
      })
      return rows?.map(({ key, ...row }) => ({ key, ...toVersion(row) }))
    },
    async versions(named: Named) {
      const rows = await documentVersions(runner, of(named))
      return rows.map((row) => ({
        version: row.version,
        removed: row.removed,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      }))
    },
    /** Undefined: another version is there. */
    async put(
      named: Named,
      { content, expected, by }: { content?: object; expected?: number | undefined; by: object },
    ) {
      const given = content === undefined ? undefined : storableJson(content)
      const [row] = await putDocument(runner, { ...of(named), content: given, expected, acting: storableJson(by) })
      return row && { version: row.version, changedAt: row.changed_at, created: row.created }
    },
  }
}

interface ListAsked {
  path: string | undefined
  after: string | undefined
  most: number
}

/** What Postgres says of a text that is none, or that asks for what its values don't have. */
const NO_PATH = ['42601', '22P02', '2203A', '22033', '42883']

function toVersion({ version, content, changed_at, changed_by }: Awaited<ReturnType<typeof readDocument>>[number]) {
  return { version, content, changedAt: changed_at, changedBy: changed_by }
}
