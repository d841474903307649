/** PgBouncer in transaction mode, as sql/README.md says to set it up, in front of one database. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

/** The first version that keeps statements which are prepared by name apart. */
const NEEDED = [1, 21]

/** Why there is none that would do; undefined: there is. */
export async function missing(): Promise<string | undefined> {
  const output = await run('pgbouncer', ['--version']).then(
    ({ stdout }) => stdout,
    () => '',
  )
  const version = /PgBouncer (\d+)\.(\d+)/.exec(output)
  if (!version) return 'pgbouncer is not on the PATH: no figures'
  const [major = 0, minor = 0] = version.slice(1).map(Number)
  const [first = 0, second = 0] = NEEDED
  if (major > first || (major === first && minor >= second)) return undefined
  return `pgbouncer ${major}.${minor} does not know statements that are prepared by name, ${NEEDED.join('.')} would: no figures`
}

export interface PgBouncer {
  url: string
  /** What it complained of. */
  complaints(): string[]
  close(): Promise<void>
}

export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-pgbouncer-'))
  const { hostname, port, username, pathname } = new URL(databaseUrl)
  const listen = await freePort()
  const ini = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listen}`,
    'unix_socket_dir =',
    'auth_type = trust',
    `auth_file = ${join(folder, 'users')}`,
    'pool_mode = transaction',
    'default_pool_size = 20',
    'max_client_conn = 200',
    'max_prepared_statements = 100',
    'ignore_startup_parameters = statement_timeout, options',
  ]
  await writeFile(join(folder, 'pgbouncer.ini'), `${ini.join('\n')}\n`)
  await writeFile(join(folder, 'users'), `"${username}" ""\n`)
  const owner = await unprivileged()
  if (owner) await chown(folder, owner.uid, owner.gid)
  await chmod(folder, 0o755)
  const lines: string[] = []
  const child = spawn('pgbouncer', [join(folder, 'pgbouncer.ini')], { ...owner, stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n')))
  const exited = once(child, 'exit')
  const url = Object.assign(new URL(databaseUrl), { port: String(listen), pathname }).href
  await Promise.race([
    answers(url),
    exited.then(() => Promise.reject(new Error(`pgbouncer ended: ${lines.join('\n')}`))),
  ])
  return {
    url,
    complaints: () => lines.filter((line) => /\b(?:WARNING|ERROR|FATAL)\b/.test(line)),
    async close() {
      child.kill('SIGINT')
      await exited
      await rm(folder, { recursive: true })
    },
  }
}

/** It refuses to run as root. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
  if (userInfo().uid !== 0) return undefined
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}

async function answers(url: string): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return
    } catch {
      await sleep(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
