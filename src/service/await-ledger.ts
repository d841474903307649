/**
 * Waits at the start for a Postgres that is away: after a power cut everything starts at once, and whoever comes first
 * must not die of it. Until then the address is taken and says "not ready"; Salesforce sends again what it gets 503 for.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { EMBEDDED } from '../config/database-url.ts'
import type { Config } from '../config/read.ts'
import { LedgerUnreachable, reach } from '../ledger/schema/migrate.ts'
import type { Log } from '../runtime/log.ts'

const LOOK_MS = 1_000

type Settings = Pick<Config, 'DATABASE_URL' | 'DATABASE_WAIT' | 'HOST' | 'PORT'>

/**
 * Returns when the Postgres of DATABASE_URL answers. Throws what it says when that can't pass by itself, when the time is
 * over, or when the signal says that nobody waits any more.
 */
export async function awaitLedger(settings: Settings, log: Log, signal: AbortSignal): Promise<void> {
  if (settings.DATABASE_URL === EMBEDDED) return
  const latest = performance.now() + settings.DATABASE_WAIT
  let server: Server | undefined
  try {
    for (;;) {
      const away = await reasonAway(settings.DATABASE_URL)
      if (away === undefined) return
      if (performance.now() >= latest) throw away
      if (server === undefined) {
        server = await listen(settings)
        log.warn({ err: away, address: addressOf(server), waitMs: settings.DATABASE_WAIT }, 'ledger.awaited')
      }
      await sleep(LOOK_MS, undefined, { signal })
    }
  } finally {
    await close(server)
  }
}

/** Why it does not answer now but may soon; undefined when it does. */
async function reasonAway(url: string): Promise<LedgerUnreachable | undefined> {
  try {
    await reach(url)
    return undefined
  } catch (error) {
    if (error instanceof LedgerUnreachable && error.passing) return error
    throw error
  }
}

async function listen({ HOST: host, PORT: port }: Settings): Promise<Server> {
  const server = createServer((request, response) => {
    const live = request.url?.startsWith('/health/live') === true
    response.writeHead(live ? 200 : 503, {
      'content-type': 'application/json',
      'retry-after': '10',
      connection: 'close',
    })
    response.end(JSON.stringify(live ? { live } : { ready: false }))
  })
  server.listen({ host, port })
  await once(server, 'listening')
  return server
}

function addressOf(server: Server): string {
  const address = server.address()
  return typeof address === 'object' && address !== null ? `${address.address}:${address.port}` : String(address)
}

/** The service itself is to listen there. */
async function close(server: Server | undefined): Promise<void> {
  if (server === undefined) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
