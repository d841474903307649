/** Style sheet and script: the browser keeps them, and asks each time whether they have changed. */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** A drop. */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0a58ca" d="M8 1C5 5 3 7.6 3 10a5 5 0 0 0 10 0C13 7.6 11 5 8 1z"/></svg>'

const ASSETS = {
  'icon.svg': { type: 'image/svg+xml', text: ICON },
  'style.css': { type: 'text/css; charset=utf-8', text: STYLE },
  'page.js': { type: 'text/javascript; charset=utf-8', text: SCRIPT },
}

export function serveAssets(scope: FastifyInstance): void {
  for (const [name, { type, text }] of Object.entries(ASSETS)) {
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`
    scope.get(`/assets/${name}`, async (request, reply) => {
      reply.headers({ etag, 'cache-control': 'no-cache' })
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return reply.type(type).send(text)
    })
  }
}
