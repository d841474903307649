/** /api/documents: JSON with versions. `ETag` is the version, `If-Match` says which one is to be changed. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type CheckMapping,
  type DocumentName,
  type DocumentPort,
  documentVersions,
  listDocuments,
  MAPPINGS,
  putDocument,
  readDocument,
  removeDocument,
} from '../../operations/documents.ts'
import { Problem } from '../../runtime/problem.ts'
import { createRate } from '../../runtime/rate.ts'
import { actorOf, type Caller, requireScope } from '../access/caller.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { list, object, page, TEXT, TIME } from './schema.ts'

export interface DocumentEndpoints {
  ledger: DocumentPort
  /** Whose documents are meant where nobody says it. */
  organizationId: string
  checkMapping: CheckMapping
  now: () => number
}

/** Changes of one caller in a minute. */
const MOST_CHANGES = 600
const LARGEST = 256 * 1024

const NAME = object({
  collection: { type: 'string', description: 'orders, mappings, or one of your own' },
  key: { type: 'string', description: 'Of orders: the record id, 18 characters' },
})
const ORGANIZATION = { type: 'string', description: 'Organization id, where there are several' } as const
const CONTENT = { type: 'object', properties: {}, additionalProperties: true } as const
const CHANGE = { version: { type: 'integer' }, changedAt: TIME, changedBy: TEXT } as const
const ANSWER = object({ collection: TEXT, key: TEXT, version: { type: 'integer' }, changedAt: TIME })

export function documentEndpoints({ ledger, organizationId, checkMapping, now }: DocumentEndpoints): Endpoint[] {
  const waitOf = createRate({ most: MOST_CHANGES, windowMs: 60_000, now })
  const nameOf = (params: { collection: string; key: string }, organization = organizationId): DocumentName => ({
    organizationId: organization,
    collection: params.collection,
    key: params.key,
  })

  function admit(caller: Caller, { collection }: DocumentName, reply: FastifyReply): void {
    if (collection === MAPPINGS) requireScope(caller, 'admin')
    const wait = waitOf(caller.tokenId ?? caller.name)
    if (wait === undefined) return
    reply.header('retry-after', Math.ceil(wait / 1_000))
    throw new Problem(429, 'TOO_MANY_CHANGES', `at most ${MOST_CHANGES} changes a minute`)
  }

  return [
    endpoint({
      method: 'GET',
      url: '/documents/:collection',
      scope: 'read',
      tag: 'documents',
      summary: 'The documents of a collection by their keys; with path those in which the JSON path finds something.',
      params: object({ collection: TEXT }),
      query: {
        type: 'object',
        properties: {
          path: { type: 'string', maxLength: 1_000, description: 'JSON path of Postgres: $.status ? (@ == "open")' },
          after: { type: 'string', description: '`next` of the page before' },
          limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
          organization: ORGANIZATION,
        },
      },
      answers: { 200: page(object({ key: TEXT, ...CHANGE, content: CONTENT })) },
      run: ({ params: { collection }, query: { path, after, limit = 50, organization = organizationId } }) =>
        listDocuments(ledger, { organizationId: organization, collection, path, after, most: limit }),
    }),
    endpoint({
      method: 'GET',
      url: '/documents/:collection/:key',
      scope: 'read',
      tag: 'documents',
      summary: 'A document as it is, or as it was in a version.',
      params: NAME,
      query: { type: 'object', properties: { version: { type: 'integer', minimum: 1 }, organization: ORGANIZATION } },
      answers: { 200: CONTENT, 304: { type: 'null', description: 'It is as If-None-Match says' } },
      async run({ params, query: { version, organization }, request, reply }) {
        const found = await readDocument(ledger, nameOf(params, organization), version)
        const tag = tagOf(found.version)
        reply.header('etag', tag).header('last-modified', found.changedAt.toUTCString())
        if (tagsIn(request, 'if-none-match').includes(tag)) return reply.code(304).send()
        return found.content
      },
    }),
    endpoint({
      method: 'GET',
      url: '/documents/:collection/:key/versions',
      scope: 'read',
      tag: 'documents',
      summary: 'The versions of a document, newest first.',
      params: NAME,
      query: { type: 'object', properties: { organization: ORGANIZATION } },
      answers: { 200: object({ items: list(object({ ...CHANGE, removed: { type: 'boolean' } })) }) },
      run: async ({ params, query: { organization } }) => ({
        items: await documentVersions(ledger, nameOf(params, organization)),
      }),
    }),
    endpoint({
      method: 'PUT',
      url: '/documents/:collection/:key',
      scope: 'operate',
      tag: 'documents',
      summary:
        'Write a document. With If-Match only over that version, with If-None-Match: * only where there is none.',
      bodyLimit: LARGEST,
      params: NAME,
      query: { type: 'object', properties: { organization: ORGANIZATION } },
      body: CONTENT,
      answers: { 200: ANSWER, 201: ANSWER },
      async run({ params, query: { organization }, body, caller, request, reply }) {
        const name = nameOf(params, organization)
        admit(caller, name, reply)
        const expected = expectedBy(request)
        const put = await putDocument(ledger, { name, content: body, expected, by: actorOf(caller) }, checkMapping)
        if (put === undefined) throw changed(name)
        const { version, changedAt, created } = put
        reply.code(created ? 201 : 200).header('etag', tagOf(version))
        if (created) reply.header('location', `/api/documents/${params.collection}/${encodeURIComponent(params.key)}`)
        return { collection: params.collection, key: params.key, version, changedAt }
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/documents/:collection/:key',
      scope: 'operate',
      tag: 'documents',
      summary: 'Remove a document; with If-Match only that version. Its versions stay.',
      params: NAME,
      query: { type: 'object', properties: { organization: ORGANIZATION } },
      answers: { 204: { type: 'null', description: 'It is gone' } },
      async run({ params, query: { organization }, caller, request, reply }) {
        const name = nameOf(params, organization)
        admit(caller, name, reply)
        const expected = expectedBy(request)
        if (expected === undefined) await readDocument(ledger, name)
        if ((await removeDocument(ledger, { name, expected, by: actorOf(caller) })) === undefined) throw changed(name)
        return reply.code(204).send()
      },
    }),
  ]
}

const tagOf = (version: number) => `"${version}"`

function tagsIn(request: FastifyRequest, header: 'if-match' | 'if-none-match'): string[] {
  const text = request.headers[header]
  return text === undefined ? [] : text.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
}

/** The version that must be there; 0: none. Undefined: whatever is there. */
function expectedBy(request: FastifyRequest): number | undefined {
  if (tagsIn(request, 'if-none-match').includes('*')) return 0
  const [tag] = tagsIn(request, 'if-match')
  if (tag === undefined || tag === '*') return undefined
  const version = Number(/^"(\d{1,9})"$/.exec(tag)?.[1])
  // A tag that is none of ours is that of no version.
  return Number.isNaN(version) || version === 0 ? -1 : version
}

function changed({ collection, key }: DocumentName): Problem {
  return new Problem(412, 'PRECONDITION_FAILED', `${collection}/${key} has another version by now: read it again`)
}
