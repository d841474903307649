/** The cookies of the page. */
import type { FastifyReply, FastifyRequest } from 'fastify'

export const SESSION_COOKIE = 'soapstone_session'

export function readCookie(request: FastifyRequest, name: string): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}

interface Cookie {
  name: string
  /** Of characters that need no escape. Empty: it is taken away. */
  value: string
  path: string
  sameSite: 'Strict' | 'Lax'
  /** Absent: until the browser is closed. */
  seconds?: number
}

/** No script can read it. Behind TLS it goes by TLS alone. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, cookie: Cookie): void {
  const { name, value, path, sameSite, seconds = value === '' ? 0 : undefined } = cookie
  const parts = [`${name}=${value}`, `Path=${path}`, 'HttpOnly', `SameSite=${sameSite}`]
  if (request.protocol === 'https') parts.push('Secure')
  if (seconds !== undefined) parts.push(`Max-Age=${seconds}`)
  // A second one is added to the first.
  reply.header('set-cookie', parts.join('; '))
}
