import { Command, Option } from 'commander'
import { SCOPES } from '../operations/scopes.ts'
import {
  createToken,
  listTokens,
  type NewToken,
  OVERLAP,
  revokeToken,
  rotateToken,
  type Token,
} from '../operations/tokens.ts'
import { currentUser, withLedger } from './context.ts'
import { print, printJson } from './print.ts'
import { table, time } from './table.ts'

/** soapstone token: who may use API, portal and page. */
export function tokenVerb(): Command {
  return new Command('token')
    .description('make, list, rotate and revoke tokens for API, portal and page')
    .addHelpText('after', '\nTakes the login of the owner of the ledger, or one with the role ledger_service.')
    .addCommand(createVerb())
    .addCommand(listVerb())
    .addCommand(rotateVerb())
    .addCommand(revokeVerb())
}

interface CreateOptions {
  name: string
  scope: string[]
  expires?: string
  json?: true
}

function createVerb(): Command {
  return new Command('create')
    .description('make a token; it is shown this once')
    .requiredOption('--name <name>', 'whose it is, or what for; the audit shows it')
    .addOption(
      new Option('--scope <scope...>', 'what it may do; operate includes read, admin includes both')
        .choices(SCOPES)
        .makeOptionMandatory(),
    )
    .option('--expires <time>', 'from when on it is no longer valid: 90d (from now), or a time; otherwise never')
    .option('--json', 'as JSON')
    .action(({ name, scope, expires, json }: CreateOptions) =>
      withLedger(async ({ tokens }) => {
        const request = { name, scopes: scope, expires, by: currentUser(), now: new Date() }
        printNew(await createToken(tokens, request), json)
      }),
    )
}

function listVerb(): Command {
  return new Command('list')
    .description('list tokens, newest first; nobody can be shown their secrets')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: true }) =>
      withLedger(async ({ tokens }) => {
        const found = await listTokens(tokens)
        if (json) printJson(found)
        else print(found.length === 0 ? 'none' : tableOf(found))
      }),
    )
}

function tableOf(tokens: Token[]): string {
  return table(
    ['ID', 'NAME', 'SCOPES', 'STATE', 'EXPIRES', 'LAST USED', 'CREATED', 'BY'],
    tokens.map((one) => [
      one.id,
      one.name,
      one.scopes.join(' '),
      one.state,
      time(one.expiresAt) || 'never',
      time(one.lastUsedAt) || 'never',
      time(one.createdAt),
      one.createdBy,
    ]),
  )
}

function rotateVerb(): Command {
  return new Command('rotate')
    .description('make a token that takes the place of another, which stays valid for a while')
    .argument('<id>', 'as soapstone token list shows it')
    .option('--overlap <time>', 'how long the old one stays valid', OVERLAP)
    .option('--json', 'as JSON')
    .action((id: string, { overlap, json }: { overlap: string; json?: true }) =>
      withLedger(async ({ tokens }) => printNew(await rotateToken(tokens, { id, overlap, by: currentUser() }), json)),
    )
}

function revokeVerb(): Command {
  return new Command('revoke')
    .description('from now on, within 5 seconds, that token opens nothing')
    .argument('<id>', 'as soapstone token list shows it')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: true }) =>
      withLedger(async ({ tokens }) => {
        const revoked = await revokeToken(tokens, { id, by: currentUser() })
        if (json) printJson(revoked)
        else print(`token ${revoked.id} (${revoked.name}) is revoked`)
      }),
    )
}

function printNew({ id, name, scopes, expiresAt, token }: NewToken, json: true | undefined): void {
  if (json) {
    printJson({ id, name, scopes, expiresAt: expiresAt ?? null, token })
    return
  }
  print(token)
  print(`id ${id}, ${scopes.join(' and ')}, expires ${time(expiresAt) || 'never'}. It is not shown again.`)
}
