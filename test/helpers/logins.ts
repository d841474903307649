/** A login that has one role of the ledger and nothing else. */
import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { connected } from './spare.ts'

export type LedgerRole = 'ledger_reader' | 'ledger_operator' | 'ledger_service'

/** Returns the URL with which it reaches the same database. */
export async function createLogin(t: Test, url: string, role: LedgerRole): Promise<string> {
  const name = `${role}_${randomBytes(6).toString('hex')}`
  await connected(url, (owner) => owner.query(`create role ${name} login; grant ${role} to ${name}`))
  // Roles are the server's: gone before the database is.
  t.teardown(() => connected(url, (owner) => owner.query(`drop role ${name}`)))
  return Object.assign(new URL(url), { username: name }).href
}
