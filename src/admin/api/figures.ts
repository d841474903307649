/** How things stand: status, failures by their cause, throughput, and who did what. */
import { type AuditPort, listAudit, readAuditFilter } from '../../operations/audit.ts'
import { type FailuresPort, readFailures } from '../../operations/failures.ts'
import { readFilter } from '../../operations/filter.ts'
import { type LatencyPort, readLatency } from '../../operations/latency.ts'
import { readStatus, type StatusOptions, type StatusPort } from '../../operations/status.ts'
import { readThroughput, type ThroughputPort } from '../../operations/throughput.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { DEFAULT_LIMIT, FILTER, PAGING, SPAN } from './filters.ts'
import { list, nullable, object, page, TEXT, TIME } from './schema.ts'
import { ANYTHING, COUNT, NOTIFICATION } from './shapes.ts'

export interface FigureEndpoints extends Pick<StatusOptions, 'organizations'> {
  ledger: StatusPort & FailuresPort & ThroughputPort & LatencyPort & AuditPort
  now: () => Date
}

const STAGE = object({
  step: TEXT,
  waiting: COUNT,
  working: COUNT,
  oldestSeconds: { type: 'number', description: 'Age of the oldest open one' },
  paused: nullable(object({ code: TEXT, message: TEXT, since: TIME, until: nullable(TIME) })),
})
const STATUS = object({
  ready: { type: 'boolean', description: 'Messages can be stored' },
  organizations: list(object({ organizationId: TEXT, name: TEXT, stages: list(STAGE) })),
  deadLetters: list(object({ code: TEXT, count: COUNT })),
  workers: list(object({ worker: TEXT, version: TEXT, startedAt: TIME, seenAt: TIME })),
  marker: { type: 'string', description: 'Whether WHMCS_MARKER can be read back' },
  salesforce: nullable(object({ remaining: COUNT, max: COUNT })),
})
const FAILURE = object({
  code: TEXT,
  count: COUNT,
  meaning: nullable(TEXT),
  remedy: nullable(TEXT),
  firstAt: TIME,
  lastAt: TIME,
  example: nullable({ ...NOTIFICATION, description: 'The newest' }),
})
const BUCKET = object({ at: TIME, received: COUNT, completed: COUNT, ignored: COUNT, superseded: COUNT, dead: COUNT })
const PERCENTILE = {
  type: 'number',
  description: 'Null: there was none, or it took longer than 60 s',
} as const
const LATENCY = object({
  ack: object({ messages: COUNT, p50Seconds: nullable(PERCENTILE), p95Seconds: nullable(PERCENTILE) }),
  order: object({ p50Seconds: nullable(PERCENTILE), p95Seconds: nullable(PERCENTILE) }),
})
const ENTRY = object({
  id: TEXT,
  organizationId: nullable(TEXT),
  at: TIME,
  act: TEXT,
  actor: { type: 'string', description: 'The person, or the name of the token' },
  login: { type: 'string', description: 'Of the session of the database' },
  via: { type: 'string', enum: ['cli', 'sql', 'api', 'page'] },
  tokenId: nullable(TEXT),
  subject: nullable({ type: 'string', description: 'Of the identity provider' }),
  address: nullable(TEXT),
  reason: nullable(TEXT),
  notificationId: nullable(TEXT),
  recordId: nullable(TEXT),
  detail: ANYTHING,
})

export function figureEndpoints({ ledger, organizations, now }: FigureEndpoints): Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      url: '/status',
      scope: 'read',
      tag: 'overview',
      summary: 'What waits, what stands still and why, what is dead, who is alive.',
      answers: { 200: STATUS },
      run: () => readStatus(ledger, { organizations, warnings: [] }),
    }),
    endpoint({
      method: 'GET',
      url: '/failures',
      scope: 'read',
      tag: 'overview',
      summary: 'Dead letters by what they died of, the most frequent first.',
      query: { type: 'object', properties: { organization: FILTER.organization } },
      answers: { 200: page(FAILURE) },
      async run({ query }) {
        return { items: await readFailures(ledger, readFilter(query, now()).organization) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/throughput',
      scope: 'read',
      tag: 'overview',
      summary: 'What came and what ended, by minute, hour or day; the oldest first.',
      query: {
        type: 'object',
        properties: {
          since: { ...SPAN.since, description: `${SPAN.since.description}. Absent: 24h` },
          until: SPAN.until,
          bucket: { type: 'string', enum: ['minute', 'hour', 'day'], description: 'Absent: hour' },
        },
      },
      answers: { 200: page(BUCKET) },
      async run({ query }) {
        return { items: await readThroughput(ledger, query, now()) }
      },
    }),
    endpoint({
      method: 'GET',
      url: '/latency',
      scope: 'read',
      tag: 'overview',
      summary:
        'Within how long half, and 95 %, of the messages were Acked, by all processes, and of the orders were provisioned.',
      query: {
        type: 'object',
        properties: { since: { ...SPAN.since, description: `${SPAN.since.description}. Absent: 24h` } },
      },
      answers: { 200: LATENCY },
      run: ({ query }) => readLatency(ledger, query, now()),
    }),
    endpoint({
      method: 'GET',
      url: '/audit',
      scope: 'read',
      tag: 'audit',
      summary: 'Who did what, newest first.',
      query: {
        type: 'object',
        properties: {
          actor: { type: 'string', description: 'The person, or the name of the token' },
          act: { type: 'string', description: 'replay, dismiss, resolve, sign_in, token_create and so on' },
          notification: { type: 'string', description: 'Notification id' },
          record: FILTER.record,
          ...SPAN,
          ...PAGING,
        },
      },
      answers: { 200: page(ENTRY) },
      run: ({ query: { after, limit = DEFAULT_LIMIT, ...asked } }) =>
        listAudit(ledger, readAuditFilter(asked, now()), { limit, after }),
    }),
  ]
}
