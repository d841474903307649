/** Requests over TLS, each on a connection of its own. */
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { SecureContextOptions } from 'node:tls'

export interface HttpsRequest extends SecureContextOptions {
  method?: string
  headers?: Record<string, string>
  body?: string
}

export interface HttpsReply {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** What comes back. The name in the server's certificate is not looked at, who signed it is. */
export async function callHttps(url: string, options: HttpsRequest): Promise<HttpsReply> {
  const { body, ...rest } = options
  return await new Promise((resolve, reject) => {
    const sent = request(url, { ...rest, agent: false, checkServerIdentity: () => undefined }, (reply) => {
      text(reply).then(
        (words) => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: words }),
        reject,
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
