/** Each connection takes a file descriptor, so there can't be more of them than the process may have. */
import { readFileSync } from 'node:fs'
import type { Log } from '../runtime/log.ts'

/** Of the public listener. A quarter of them may be of one address, as of a proxy: 500 callers that wait are no attack. */
export const MOST_CONNECTIONS = 2_400

/** For the private listener, Postgres, Salesforce and WHMCS, files, and what Node needs itself. */
const OTHERS = 600

/** What so many connections of the public listener need. */
export function filesNeeded(connections: number): number {
  return connections + OTHERS
}

/** How many connections there may be. Says so when that is fewer than wanted. */
export function connectionsFor(wanted: number, log: Log, limit = fileLimit()): number {
  if (limit === undefined || limit >= filesNeeded(wanted)) return wanted
  const connections = Math.max(10, limit - OTHERS)
  log.warn({ limit, needed: filesNeeded(wanted), connections }, 'soapstone.file_limit_low')
  return connections
}

/** The process's own limit, which Node has raised as far as it may. Undefined: this system does not say. */
export function fileLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
