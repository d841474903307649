/** GET /api/export: notifications as a file. */
import { Readable } from 'node:stream'
import { exportNotifications, readFormat } from '../../operations/export.ts'
import { readFilter } from '../../operations/filter.ts'
import type { ListPort } from '../../operations/list.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { FILTER } from './filters.ts'

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const

export function exportEndpoint({ ledger, now }: { ledger: ListPort; now: () => Date }): Endpoint {
  return endpoint({
    method: 'GET',
    url: '/export',
    scope: 'read',
    tag: 'notifications',
    summary: 'All notifications that fit, as CSV (which runs no formulas in a spreadsheet) or a JSON document a line.',
    query: {
      type: 'object',
      properties: { ...FILTER, format: { type: 'string', enum: ['csv', 'ndjson'], description: 'Absent: csv' } },
    },
    answers: { 200: { type: 'string', description: 'The file' } },
    produces: ['text/csv', 'application/x-ndjson'],
    async run({ query: { format: named = 'csv', ...asked }, reply }) {
      const format = readFormat(named)
      const pages = exportNotifications(ledger, { filter: readFilter(asked, now()), format })
      // The head and the first page are read before the answer begins: until then it can still be an error.
      const first = [await pages.next(), await pages.next()]
      return reply
        .type(TYPES[format])
        .header('content-disposition', `attachment; filename="notifications.${format}"`)
        .send(Readable.from(whole(first, pages)))
    },
  })
}

async function* whole(
  first: IteratorResult<string, void>[],
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string> {
  for (const { done, value } of first) if (done !== true && !isMark(value)) yield value
  for await (const piece of rest) if (!isMark(piece)) yield piece
}

/** The line with which a file says that it is whole. Of an answer HTTP says so. */
function isMark(piece: string): boolean {
  return piece.startsWith('{"end":true')
}
