/** The naive insert by Postgres's own load generator: what is left when no HTTP, no XML and no JavaScript is in the way. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { CREATE_INBOX } from './inbox.ts'

const run = promisify(execFile)

const FIELDS =
  '{"AccountId":"001Ss00000Nn4MmIAJ","EffectiveDate":"2026-10-01","LastModifiedDate":"2026-10-01T09:00:00.000Z","OrderNumber":"00000114","Status":"Activated","SystemModstamp":"2026-10-01T09:00:00.000Z","TotalAmount":"45000.0"}'
const SCRIPT = `\\set id random(100000000000, 999999999999)
insert into inbox (notification_id, record_id, fields) values ('04l' || :id || 'AAA', '801' || :id || 'AAA', '${FIELDS}') on conflict do nothing;
`

/** Commits a second and their mean time, or why there is no figure. */
export async function pgbench(
  url: string,
  connections: number,
  seconds: number,
): Promise<Record<string, number> | string> {
  const found = await run('pgbench', ['--version']).then(
    () => true,
    () => false,
  )
  if (!found) return 'pgbench is not on the PATH: no figure'
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(CREATE_INBOX)
  await client.end()
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const script = join(folder, 'insert.sql')
    await writeFile(script, SCRIPT)
    const time = String(Math.max(1, Math.round(seconds)))
    const flags = ['--no-vacuum', '--protocol=prepared', '--jobs=1', `--client=${connections}`, `--time=${time}`]
    const { stdout } = await run('pgbench', [...flags, `--file=${script}`, url])
    return { 'messages/s': figure(stdout, /tps = ([\d.]+)/), 'mean ms': figure(stdout, /latency average = ([\d.]+)/) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function figure(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? Number.NaN)
}
