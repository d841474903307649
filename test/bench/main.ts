/**
 * npm run bench -- [name ...] [--seconds N] [--rounds N] [--rows N] [--database URL] [--minutes N] [--contender NAME ...] [--json] [--smoke]
 * What the README of this folder explains. Figures of different runs are not comparable: compare within one.
 */
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { ack } from './ack/main.ts'
import type { Bench } from './bench.ts'
import { drain } from './drain/main.ts'
import { events, eventsSoak } from './events/main.ts'
import { memory } from './memory/main.ts'
import { notices } from './notices.ts'
import { parse } from './parse-bench.ts'
import { pgbouncer } from './pgbouncer/main.ts'
import { portal } from './portal.ts'
import { openBenchPostgres } from './postgres.ts'
import { processes } from './processes/main.ts'
import { scale } from './scale/main.ts'
import { soak } from './soak/main.ts'
import { print, type Table } from './table.ts'
import { watchers } from './watchers/main.ts'
import { whole } from './whole/main.ts'

const SOAKS = { soak, 'events-soak': eventsSoak }
const BENCHES: Record<string, Bench> = {
  ...{ ack, drain, whole, parse, portal, watchers, notices, events, processes, pgbouncer, scale, memory },
  ...SOAKS,
}
/** Those that take an hour, or ten gigabytes: by name alone. */
const BY_NAME = ['scale', 'memory', ...Object.keys(SOAKS)]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    rounds: { type: 'string' },
    rows: { type: 'string' },
    database: { type: 'string' },
    minutes: { type: 'string' },
    contender: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !(name in BENCHES))
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`)

const size = values.smoke ? 'smoke' : 'full'
// Of its own for a smoke test: it must not stop the server under a bench in earnest, and its commits need not last.
const postgres = await (values.smoke
  ? openBenchPostgres(`bench-smoke-${positionals[0] ?? 'all'}`, ['fsync=off'])
  : openBenchPostgres('bench', []))
process.once('SIGINT', () => void postgres.close().finally(() => process.exit(130)))
const options = {
  seconds: Number(values.seconds ?? (values.smoke ? 0.3 : 5)),
  rounds: Number(values.rounds ?? (values.smoke ? 1 : 5)),
  size,
  ...(values.rows !== undefined && { rows: Number(values.rows) }),
  ...(values.database !== undefined && { database: values.database }),
  ...(values.minutes !== undefined && { minutes: Number(values.minutes) }),
  ...(values.contender !== undefined && { contenders: values.contender }),
  postgres,
  say: (text: string) => void process.stderr.write(`${text}\n`),
} as const
const tables: Table[] = []
try {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (positionals.length > 0 ? !positionals.includes(name) : BY_NAME.includes(name)) continue
    const made = await bench(options)
    if (!values.json) for (const table of made) process.stdout.write(`${print(table)}\n`)
    tables.push(...made)
  }
} finally {
  await postgres.close()
}
if (values.json) {
  const machine = { node: process.version, postgres: postgres.version, cores: cpus().length }
  process.stdout.write(`${JSON.stringify({ date: new Date().toISOString(), machine, tables }, undefined, 2)}\n`)
}
