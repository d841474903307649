/** Clients in WHMCS: found by address of mail, checked by what they carry, and made. */
import { randomBytes } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import type { ClientRequest } from '../domain/order.ts'
import type { Reply, WhmcsClient } from './client.ts'
import { readClient } from './currency.ts'
import { addFailure } from './failures.ts'
import { idOf, type Row, readAll, rowsOf } from './lists.ts'
import { serialized } from './php.ts'

export interface ClientsOptions {
  client: WhmcsClient
  mails: 'none' | 'send'
  readTimeoutMs: number
  writeTimeoutMs: number
}

/** An address that belongs to more clients than that is none to find one by. */
const MOST = 20

export function createWhmcsClients({ client, mails, readTimeoutMs, writeTimeoutMs }: ClientsOptions) {
  const waits = (signal: AbortSignal) => ({ timeoutMs: readTimeoutMs, signal })

  /** With all that WHMCS says of each: the list has neither notes nor custom fields. */
  async function withAddress(email: string, signal: AbortSignal): Promise<Row[]> {
    const list = { action: 'GetClients', plural: 'clients', singular: 'client', parameters: { search: email } }
    const { rows, incomplete } = await readAll(client, { ...list, timeoutMs: readTimeoutMs }, signal)
    if (incomplete !== undefined) throw new Failure('WHMCS_QUESTION_REFUSED', { detail: incomplete })
    // It finds what begins with the address, and names that do.
    const ids = rows.filter((row) => isSame(idOf(row.email), email)).map((row) => idOf(row.id))
    if (ids.length > MOST) throw ambiguous(email, ids)
    const details = await Promise.all(ids.map((id) => readClient(client, { clientid: id }, waits(signal))))
    return details.filter((one) => one !== undefined)
  }

  return {
    async findClient(request: ClientRequest, signal: AbortSignal): Promise<{ id: string; by: string } | undefined> {
      const email = request.email ?? request.fields.email
      if (email === undefined) {
        const detail = 'has no address of mail in the field of the mapping: by it its WHMCS client is found'
        throw new Failure('CLIENT_NOT_FOUND', { record: `Account ${request.accountId}`, detail })
      }
      const rows = await withAddress(email, signal)
      const marked = rows.filter((row) => isMarked(row, request.accountId))
      if (marked.length > 0) return one(marked, email, 'marker')
      if (request.email === undefined) return undefined
      const { externalId } = request
      if (externalId === undefined) return rows.length === 0 ? undefined : one(rows, email, 'email')
      const carried = (row: Row) => customField(row, externalId.customfield)
      const same = rows.filter((row) => carried(row) === externalId.value)
      if (same.length > 0) return one(same, email, 'external id')
      const free = rows.filter((row) => carried(row) === '')
      return free.length === 0 ? undefined : one(free, email, 'email')
    },
    async addClient(request: ClientRequest, signal: AbortSignal): Promise<string> {
      const reply = await client.call('AddClient', parameters(request, mails), { timeoutMs: writeTimeoutMs, signal })
      if (reply.kind !== 'success') throw clientFailure(reply, request.accountId)
      const id = idOf(reply.body.clientid)
      if (id === '') throw new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: 'AddClient: success, but no client id' })
      return id
    },
  }
}

function one(rows: Row[], email: string, by: string): { id: string; by: string } {
  const ids = [...new Set(rows.map((row) => idOf(row.client_id) || idOf(row.id)))]
  const [id = ''] = ids
  if (ids.length > 1) throw ambiguous(email, ids)
  return { id, by }
}

function ambiguous(email: string, ids: string[]): Failure {
  return new Failure('CLIENT_AMBIGUOUS', { detail: `${email} belongs to the WHMCS clients ${ids.join(', ')}` })
}

function isSame(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase()
}

/** In the client's notes: so it is found again when the answer was lost. */
const markerOf = (accountId: string) => `sfAccountId=${accountId}`

function isMarked(row: Row, accountId: string): boolean {
  return idOf(row.notes)
    .split(/[^A-Za-z0-9=]+/)
    .includes(markerOf(accountId))
}

/** A list, or as other lists of WHMCS are. */
function customField(row: Row, id: string): string {
  const { customfields } = row
  const fields = Array.isArray(customfields) ? customfields : rowsOf(customfields, 'customfield')
  return idOf(fields.find((field: Row) => idOf(field.id) === id)?.value)
}

const FLAGS = ['noemail', 'skipvalidation', 'marketing_emails_opt_in']

function parameters({ accountId, fields, customfields, externalId }: ClientRequest, mails: 'none' | 'send') {
  const { notes, noemail = mails === 'none' ? '1' : '0', ...given } = fields
  const carried = { ...customfields, ...(externalId && { [externalId.customfield]: externalId.value }) }
  const flags = { ...given, noemail }
  const sent = Object.entries(flags).filter(([name, text]) => !FLAGS.includes(name) || text === '1')
  // Nobody is told it: a client who wants to sign in asks for a new one.
  const own = given.owner_user_id === undefined && given.password2 === undefined
  return {
    ...Object.fromEntries(sent),
    ...(own && { password2: randomBytes(24).toString('base64url') }),
    ...(Object.keys(carried).length > 0 && { customfields: serialized(carried, 'as texts') }),
    notes: [markerOf(accountId), notes?.replace(/sfAccountId\s*=/gi, 'sfAccountId:')].filter(Boolean).join('\n'),
  }
}

/** Documented refusals: all of them are of what was given, before anything is made. */
const REFUSED =
  /^you did not (?:enter|provide)|^the email address|^a user already exists|^duplicate email|^valid country|^invalid (?:owner|telephone)/i

function clientFailure(reply: Exclude<Reply, { kind: 'success' }>, accountId: string): Failure {
  if (reply.kind === 'error' && REFUSED.test(reply.message)) {
    return new Failure('WHMCS_CLIENT_REFUSED', {
      record: `Account ${accountId}`,
      detail: `AddClient: ${reply.message}`,
    })
  }
  return addFailure(reply, 'AddClient')
}
