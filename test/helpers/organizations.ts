/** Two organisations for one installation: each with a Salesforce and a WHMCS of its own, named in ORGANIZATIONS_FILE. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { type Salesforce, startSalesforce } from '../simulators/salesforce.ts'
import { settingsOf } from '../simulators/settings.ts'
import { startWhmcs, type Whmcs } from '../simulators/whmcs.ts'
import { createWorld } from './service.ts'

const OTHER = '00DOther0000001'

export interface OfOne {
  salesforce: Salesforce
  whmcs: Whmcs
  /** What the file says of it. */
  entry: Record<string, unknown>
}

export interface Organizations {
  first: OfOne
  second: OfOne
  databaseUrl: string
  settings: Record<string, string>
  /** Writes the file anew. */
  write(...entries: unknown[]): void
}

export async function createOrganizations(t: Test): Promise<Organizations> {
  const world = await createWorld(t)
  const [salesforce, whmcs] = await Promise.all([startSalesforce({ organizationId: OTHER }), startWhmcs()])
  t.teardown(() => Promise.all([salesforce.close(), whmcs.close()]))
  const [first, second] = [entryOf('first', world.salesforce, world.whmcs), entryOf('second', salesforce, whmcs)]
  const path = join(mkdtempSync(join(tmpdir(), 'organizations-')), 'organizations.json')
  const write = (...entries: unknown[]) => writeFileSync(path, JSON.stringify({ organizations: entries }))
  write(first.entry, second.entry)
  const shared = Object.entries(world.settings).filter(
    ([name]) => !/^(?:SALESFORCE_(?:ORG|INST|CLI)|WHMCS_(?:URL|ID|SE))/.test(name),
  )
  return {
    first: { salesforce: world.salesforce, whmcs: world.whmcs, entry: first.entry },
    second: { salesforce, whmcs, entry: second.entry },
    databaseUrl: world.databaseUrl,
    settings: { ...Object.fromEntries(shared), ...first.secrets, ...second.secrets, ORGANIZATIONS_FILE: path },
    write,
  }
}

function entryOf(name: string, salesforce: Salesforce, whmcs: Whmcs) {
  const settings: Record<string, string> = settingsOf(salesforce, whmcs)
  return {
    entry: {
      name,
      id: settings.SALESFORCE_ORG_ID,
      instanceUrl: settings.SALESFORCE_INSTANCE_URL,
      clientId: settings.SALESFORCE_CLIENT_ID,
      clientSecretEnv: `${name.toUpperCase()}_SECRET`,
      whmcs: {
        url: settings.WHMCS_URL,
        identifier: settings.WHMCS_IDENTIFIER,
        secretEnv: `${name.toUpperCase()}_WHMCS_SECRET`,
      },
    },
    secrets: {
      [`${name.toUpperCase()}_SECRET`]: settings.SALESFORCE_CLIENT_SECRET ?? '',
      [`${name.toUpperCase()}_WHMCS_SECRET`]: settings.WHMCS_SECRET ?? '',
    },
  }
}
