/** The private listener of a running service, as a program and as a browser ask it. */
import type { Test } from 'tap'
import type { Scope } from '../../src/operations/scopes.ts'
import { createToken } from '../../src/operations/tokens.ts'
import { tokensOfPeople } from '../../src/service/tokens.ts'
import { type Bench, createBenchOn } from './ledger.ts'
import { createWorld, startService, type World } from './service.ts'

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
  const { adminUrl } = await startService(t, world, log)
  if (adminUrl === undefined) throw new Error('there is no private listener')
  const bench = createBenchOn(t, world.databaseUrl)
  return {
    ...world,
    adminUrl,
    bench,
    log,
    async token(scope, expires) {
      const request = { name: `a ${scope}er`, scopes: [scope], expires, by: 'test', now: new Date() }
      return (await createToken(tokensOfPeople(bench.pool), request)).token
    },
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
      const isJson = /json/.test(answer.headers.get('content-type') ?? '')
      return { status: answer.status, headers: answer.headers, text, json: isJson ? JSON.parse(text) : {} }
    },
  }
}
