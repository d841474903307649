/**
 * How jsforce's requests travel. jsforce's own way ends the process when a reply breaks off in its middle (the error
 * of that stream is nobody's), waits for ever when a reply stalls there, and follows redirects at login.
 */
import { PassThrough } from 'node:stream'

interface Request {
  method: string
  url: string
  headers?: Record<string, string>
  body?: unknown
}

interface Reply {
  statusCode: number
  headers: Record<string, string>
  body: string
}

/** `timeoutMs` is for the whole of it, to the last byte of the reply. Redirects are not followed: the token would go along. */
export function createTransport({ timeoutMs }: { timeoutMs: number }) {
  async function send({ method, url, headers, body }: Request): Promise<Reply> {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      ...(headers && { headers }),
      ...(typeof body === 'string' && { body }),
    })
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    }
  }
  // jsforce wants a stream beside the promise; nobody reads it here.
  return { httpRequest: (request: Request) => Object.assign(send(request), { stream: () => new PassThrough() }) }
}
