/** The WHMCS clients of accounts: found or made once, and known from then on. */
import { failing } from '../postgres/pool.ts'
import { query, type Runner } from '../postgres/query.ts'

const account = { organization_id: 'text', account_id: 'text' } as const

export const knownClients = query(
  'known-clients',
  { organization_id: 'text', account_id: 'text[]' },
  { account_id: 'text', whmcs_client_id: 'text' },
)
export const readClient = query('read-client', account, {
  state: 'text',
  whmcs_client_id: 'text?',
  sends: 'integer',
  looks: 'integer',
  seconds_since_look: 'double precision',
})
export const intendClient = query(
  'intend-client',
  { ...account, sends: 'integer', looks_needed: 'integer' },
  { sends: 'integer' },
)
export const recordClient = query(
  'record-client',
  { ...account, whmcs_client_id: 'text', found_by: 'text' },
  { whmcs_client_id: 'text' },
)
export const refuseClient = query('refuse-client', { ...account, sends: 'integer' }, { state: 'text' })
export const searchClient = query('search-client', { ...account, sends: 'integer' }, { looks: 'integer' })

/** Fits the pipeline's ports of the clients, which say what each is for. */
export function createClients({ runner: given, organizationId }: { runner: Runner; organizationId: string }) {
  const runner = failing(given)
  const of = (accountId: string) => ({ organization_id: organizationId, account_id: accountId })
  return {
    async knownClients(accountIds: string[]) {
      const rows = await knownClients(runner, { organization_id: organizationId, account_id: accountIds })
      return new Map(rows.map((row) => [row.account_id, row.whmcs_client_id]))
    },
    async read(accountId: string) {
      const [row] = await readClient(runner, of(accountId))
      if (row === undefined) return undefined
      const { whmcs_client_id: whmcsClientId, sends, looks, seconds_since_look: secondsSinceLook } = row
      if (whmcsClientId !== undefined) return { state: 'known' as const, whmcsClientId, sends, looks, secondsSinceLook }
      const state = row.state === 'refused' ? ('refused' as const) : ('sending' as const)
      return { state, sends, looks, secondsSinceLook }
    },
    async intend(accountId: string, { sends, looksNeeded }: { sends: number; looksNeeded: number }) {
      return (await intendClient(runner, { ...of(accountId), sends, looks_needed: looksNeeded }))[0]?.sends
    },
    async record(accountId: string, whmcsClientId: string, foundBy: string) {
      const rows = await recordClient(runner, { ...of(accountId), whmcs_client_id: whmcsClientId, found_by: foundBy })
      return rows.length > 0
    },
    async recordRefusal(accountId: string, sends: number) {
      await refuseClient(runner, { ...of(accountId), sends })
    },
    async recordSearch(accountId: string, sends: number) {
      await searchClient(runner, { ...of(accountId), sends })
    },
  }
}
