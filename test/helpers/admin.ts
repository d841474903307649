/** The private listener of a running service, as a program and as a browser ask it. */
import type { Test } from 'tap'
import type { Scope } from '../../src/operations/scopes.ts'
import { createToken } from '../../src/operations/tokens.ts'
import { tokensOfPeople } from '../../src/service/tokens.ts'
import { createDescription } from './described.ts'
import { type Bench, createBenchOn } from './ledger.ts'
import { createLook, type Look } from './look.ts'
import { createWorld, startService, type World } from './service.ts'

const BY = { name: 'test', via: 'cli' } as const

export interface Answer {
  status: number
  headers: Headers
  /** Read as JSON, where it is. */
  json: Record<string, unknown>
  text: string
}

export interface Admin extends World {
  adminUrl: string
  bench: Bench
  look: Look
  /** Of the service. */
  close(): Promise<void>
  /** Where messages go. */
  endpoint: string
  log: string[]
  /** A new token, with that scope. */
  token(scope: Scope, expires?: string): Promise<string>
  ask(
    path: string,
    request?: { method?: string; token?: string | undefined; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>
}

export async function createAdmin(t: Test, more: Record<string, string> = {}): Promise<Admin> {
  const world = await createWorld(t, more)
  const log: string[] = []
  const { url, adminUrl, close } = await startService(t, world, log)
  if (adminUrl === undefined) throw new Error('there is no private listener')
  const bench = createBenchOn(t, world.databaseUrl)
  const look = createLook(t, world)
  const newToken = async (scope: Scope, expires?: string) => {
    const request = { name: `a ${scope}er`, scopes: [scope], expires, by: BY, now: new Date() }
    return (await createToken(tokensOfPeople(bench.pool), request)).token
  }
  const faultOf = createDescription(async () => {
    const headers = { authorization: `Bearer ${await newToken('read')}` }
    return await (await fetch(`${adminUrl}/api/openapi.json`, { headers })).json()
  })
  return {
    ...world,
    look,
    close,
    adminUrl,
    endpoint: `${url}/outbound-messages/order`,
    bench,
    log,
    token: newToken,
    async ask(path, { method = 'GET', token, body, headers = {} } = {}) {
      const answer = await fetch(`${adminUrl}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '')
      const json = isJson ? JSON.parse(text) : {}
      const fault =
        isJson && path !== '/api/openapi.json'
          ? await faultOf({ method, path, status: answer.status, json })
          : undefined
      if (fault !== undefined) throw new Error(`${method} ${path} is not as described: ${fault}`)
      return { status: answer.status, headers: answer.headers, text, json }
    },
  }
}
