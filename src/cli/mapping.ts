import { Command } from 'commander'
import { toId18 } from '../domain/salesforce-id.ts'
import type { MappingCheck, OrderCall } from '../operations/mapping.ts'
import { Refusal } from '../operations/refusal.ts'
import { requireConfig, withLedger } from './context.ts'
import { organizationNamed } from './organizations.ts'
import { oneLine, print, printJson } from './print.ts'
import { table } from './table.ts'

/** Orders of the ledger on which another mapping is tried. */
const COMPARED = 50

interface Options {
  order?: string
  diff?: string
  organization?: string
  json?: true
}

/** soapstone mapping check: what the mapping makes of an order, and what another one would make of the last orders. */
export function mappingVerb(): Command {
  const check = new Command('check')
    .description('read an order as it is now, and show the AddOrder that the mapping makes of it; nothing is written')
    .option('--order <id>', 'the order, 15 or 18 characters; without it only the fields are looked for in Salesforce')
    .option('--diff <file>', `another mapping: which calls of the last ${COMPARED} orders would differ`)
    .option('--organization <id or name>', 'where there are several')
    .option('--json', 'as JSON')
    .action(async ({ order, diff, organization, json }: Options) => {
      const result = diff === undefined ? await checkOne(organization, order) : await compare(organization, diff, order)
      if (json) printJson(result)
      else printCheck(result)
      if (result.orders.some(({ refused }) => refused.length > 0)) process.exitCode = 1
    })
  return new Command('mapping').description('try the mapping before it is let loose').addCommand(check)
}

async function checkOne(named: string | undefined, order: string | undefined): Promise<MappingCheck> {
  const { config } = requireConfig()
  const organization = organizationNamed(named, config)
  const { mappingPort } = await import('../service/mapping-check.ts')
  const { checkMapping } = await import('../operations/mapping.ts')
  const orderId = order === undefined ? undefined : idOf(order)
  const result = await checkMapping(mappingPort(config, organization), orderId)
  if (orderId !== undefined && result.orders.length === 0)
    throw new Refusal('unknown', `Salesforce shows no order ${orderId}`)
  return result
}

async function compare(named: string | undefined, file: string, order: string | undefined): Promise<MappingCheck> {
  const { config } = requireConfig()
  const organization = organizationNamed(named, config)
  const { mappingPort } = await import('../service/mapping-check.ts')
  const { compareMappings } = await import('../operations/mapping.ts')
  const { mappingFile } = await import('../config/files.ts')
  const other = mappingPort(config, organization, otherMapping(mappingFile, file))
  const ids = order === undefined ? await lastOrders(organization.id) : [idOf(order)]
  return compareMappings(mappingPort(config, organization), other, ids)
}

function otherMapping<T>(read: (path: string) => T, file: string): T {
  try {
    return read(file)
  } catch (error) {
    throw new Refusal('invalid', `--diff ${error instanceof Error ? error.message : error}`)
  }
}

function lastOrders(organizationId: string): Promise<string[]> {
  return withLedger((ledger) => ledger.recentOrders(organizationId, COMPARED))
}

function idOf(order: string): string {
  const orderId = toId18(order)
  if (orderId !== undefined) return orderId
  throw new Refusal('invalid', `${order} is no id of Salesforce: it has 15 or 18 characters`)
}

function printCheck({ hash, fields, orders, differences, compared }: MappingCheck): void {
  print(`mapping ${hash}`)
  print(fields.length === 0 ? 'it reads no field besides those of every order' : `it reads ${fields.join(', ')}`)
  for (const order of orders) printCall(order)
  if (differences === undefined) return
  print(`${compared} orders were compared, ${differences.length} calls would differ`)
  for (const { orderId, orderNumber, changes } of differences) {
    print(`order ${orderNumber ?? orderId}`)
    print(
      table(
        ['  PARAMETER', 'NOW', 'OTHER'],
        changes.map(({ name, now, other }) => [`  ${name}`, oneLine(now ?? '-'), oneLine(other ?? '-')]),
      ),
    )
  }
}

function printCall({ orderId, orderNumber, notEligible, parameters, skipped, refused }: OrderCall): void {
  print(`order ${orderNumber ?? orderId}`)
  if (notEligible !== undefined) print(oneLine(`it would be ignored now: ${notEligible}`))
  for (const why of skipped) print(oneLine(why))
  const rows = parameters.map(({ name, value, from }) => [name, oneLine(value), oneLine(from)])
  print(rows.length === 0 ? 'nothing would be sent to WHMCS' : table(['PARAMETER', 'VALUE', 'FROM'], rows))
  for (const { code, message } of refused) print(oneLine(`refused: ${code}: ${message}`))
  if (refused.length === 0) print('nothing stands in its way')
}
