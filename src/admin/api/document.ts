/** The description of the API: an OpenAPI document, and a page on which to read it. Nothing of either comes from elsewhere. */
import type { SwaggerOptions } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { setPageHeaders } from '../page/headers.ts'
import { render } from '../page/html.ts'
import { readingPage } from './reading-page.ts'

export const DOCUMENT: SwaggerOptions = {
  hideUntagged: true,
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Soapstone',
      version: '1',
      description:
        'What happened to the orders of Salesforce, and what to do about it. Times are ISO 8601 UTC with milliseconds; ids of Salesforce have 18 characters going out, 15 or 18 coming in. Errors are `application/problem+json` (RFC 9457) with a `code`.',
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`soapstone token create` makes one.' },
      },
    },
    security: [{ token: [] }],
  },
}

export function addDocument(scope: FastifyInstance): void {
  scope.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    // Not by Fastify's own: the document holds what looks like schemas of ours.
    reply.type('application/json; charset=utf-8').send(JSON.stringify(scope.swagger())),
  )
  scope.get('/', { schema: { hide: true } }, async (_request, reply) => {
    setPageHeaders(reply)
    return reply.type('text/html; charset=utf-8').send(render(readingPage(scope.swagger())))
  })
}
