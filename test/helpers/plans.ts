/** What a prepared statement reads when it is executed, by EXPLAIN and by the counters of the tables. */
import pg from 'pg'
import type { Test } from 'tap'
import { createDatabase } from './postgres.ts'

export interface Reads {
  /** The tables that were read from end to end. */
  whole: string[]
  /** Rows that were looked at, whether they were wanted or not. */
  rows: number
  /** By scan, for whoever wonders. */
  scans: string[]
}

interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: Node[]
}

const COUNTERS = `select relname::text as name, seq_scan::integer as scans, (seq_tup_read + idx_tup_fetch)::integer as rows
  from pg_stat_xact_user_tables where schemaname = 'ledger'`

/** A connection to a ledger that no test has filled before: of its tables the planner knows nothing. */
export async function connectUnused(t: Test): Promise<pg.Client> {
  const connectionString = await createDatabase(t, { unused: true })
  const client = new pg.Client({ connectionString, application_name: 'soapstone test' })
  await client.connect()
  t.teardown(() => client.end())
  return client
}

/** Executes it and takes back what it did. Functions that it calls are seen by the counters alone. */
export async function measureReads(client: pg.Client, execution: string): Promise<Reads> {
  await client.query('begin')
  try {
    const before = await counters(client)
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `explain (analyze, format json) ${execution}`,
    )
    const plan = rows[0]?.['QUERY PLAN'][0].Plan
    if (!plan) throw new Error(`no plan of ${execution}`)
    const scans = nodesOf(plan).flatMap((node) => scan(node) ?? [])
    const counted = [...(await counters(client))].map(([name, now]) => {
      const was = before.get(name) ?? { scans: 0, rows: 0 }
      return { name, scans: now.scans - was.scans, rows: now.rows - was.rows }
    })
    return {
      whole: counted.filter((table) => table.scans > 0).map(({ name }) => name),
      rows: Math.max(sum(scans), sum(counted)),
      scans: scans.map(({ name, rows }) => `${name}: ${rows}`),
    }
  } finally {
    await client.query('rollback')
  }
}

async function counters(client: pg.Client): Promise<Map<string, { scans: number; rows: number }>> {
  const { rows } = await client.query<{ name: string; scans: number; rows: number }>(COUNTERS)
  return new Map(rows.map(({ name, ...counts }) => [name, counts]))
}

function nodesOf(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

/** Also what a join threw away: of a scan that is repeated each row was compared. */
function scan(node: Node): { name: string; rows: number } | undefined {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0)
  const isTable = node['Relation Name'] !== undefined && node['Node Type'].endsWith('Scan')
  if (!isTable && removed === 0) return undefined
  const rows = Math.round(((isTable ? node['Actual Rows'] : 0) + removed) * node['Actual Loops'])
  return { name: `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}`, rows }
}

function sum(counted: { rows: number }[]): number {
  return counted.reduce((total, { rows }) => total + rows, 0)
}

/** `execute` with these values, spelled out. */
export function execution(name: string, values: unknown[], types: readonly string[]): string {
  const given = values.map((value, i) => `${literal(value)}::${types[i]}`)
  return `execute "${name}"${given.length > 0 ? ` (${given.join(', ')})` : ''}`
}

function literal(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]`
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  return typeof value === 'string' ? pg.escapeLiteral(value) : String(value)
}
