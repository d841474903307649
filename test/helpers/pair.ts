/** Two Postgres servers, the second a standby of the first: what a ledger runs on where none of it may be lost. */
import { execFile } from 'node:child_process'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Embedded, openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { connected } from './spare.ts'
import { until } from './until.ts'

const run = promisify(execFile)

export interface Server {
  readonly name: string
  /** Of the ledger's database. */
  readonly url: string
  readonly port: number
  readonly running: boolean
  start(): Promise<void>
  stop(mode: 'fast' | 'immediate'): Promise<void>
  /** As a machine that hangs: nothing is answered, no connection is closed. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** As a killed machine whose disk is left. */
  kill(): Promise<void>
  promote(): Promise<void>
  /** In place of whatever it was: a copy of that one, which it then follows, by way of that port. */
  follow(primary: Server, port?: number): Promise<void>
  /** One statement as the superuser. */
  ask<R extends object>(sql: string): Promise<R[]>
  /** Whether commits wait for the other one. */
  waitForStandby(how: 'waits' | 'does not wait'): Promise<void>
}

export interface Pair {
  first: Server
  second: Server
  close(): Promise<void>
}

export interface PairOptions {
  folder: string
  commits: 'waits' | 'does not wait'
  /** By which the standby reaches the primary, where that is not its own. */
  replicationPort?: number
  /** Told of the first before it has a standby. */
  onFirst?: (first: Server) => void
}

/** The first is the primary. */
export async function openPair({ folder, commits, replicationPort, onFirst }: PairOptions): Promise<Pair> {
  const first = await openServer(join(folder, 'first'), 'first')
  await first.start()
  onFirst?.(first)
  const second = await openServer(join(folder, 'second'), 'second')
  await second.follow(first, replicationPort)
  await first.waitForStandby(commits)
  return {
    first,
    second,
    async close() {
      for (const server of [first, second]) {
        await server.thaw()
        if (server.running) await server.stop('immediate')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const SETTINGS = ['fsync=off', 'max_connections=100', 'hot_standby=on', 'wal_keep_size=256MB']

async function openServer(folder: string, name: string): Promise<Server> {
  const data = join(folder, 'data')
  let port = await freePort()
  let server: Embedded | undefined

  const url = () => `postgres://soapstone@127.0.0.1:${port}/soapstone`
  const ask = <R extends object>(sql: string) => connected(url(), async (client) => (await client.query<R>(sql)).rows)

  async function pids(): Promise<string[]> {
    const postmaster = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0] ?? ''
    if (postmaster === '') return []
    const children = await run('pgrep', ['-P', postmaster]).then(
      ({ stdout }) => stdout.trim().split('\n'),
      () => [],
    )
    return [postmaster, ...children]
  }

  async function signal(which: NodeJS.Signals): Promise<void> {
    for (const pid of await pids()) {
      try {
        process.kill(Number(pid), which)
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  const self: Server = {
    name,
    get url() {
      return url()
    },
    get port() {
      return port
    },
    get running() {
      return server !== undefined
    },
    async start() {
      server = await openEmbedded({ folder, settings: SETTINGS })
      port = Number(new URL(server.url).port)
    },
    async stop(mode) {
      await server?.stop(mode)
      server = undefined
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async kill() {
      await signal('SIGKILL')
      server = undefined
      await until(async () => (await pids()).every((pid) => !isAlive(Number(pid))), 'the death of the server')
    },
    async promote() {
      await ask('select pg_promote(true, 60)')
      await until(async () => (await ask<{ in: boolean }>('select pg_is_in_recovery() as in'))[0]?.in === false, name)
    },
    async follow(primary, through = primary.port) {
      if (server !== undefined) await self.stop('immediate')
      await rm(folder, { recursive: true, force: true })
      await copy(primary, join(folder, '..', primary.name), folder)
      await rm(join(data, 'postmaster.pid'), { force: true })
      await writeFile(join(folder, 'port'), String(port))
      await writeFile(join(data, 'standby.signal'), '')
      const conninfo = `host=127.0.0.1 port=${through} user=soapstone application_name=${name}`
      await appendFile(
        join(data, 'postgresql.auto.conf'),
        `\nprimary_conninfo = '${conninfo}'\nsynchronous_standby_names = ''\n`,
      )
      await self.start()
    },
    ask,
    async waitForStandby(how) {
      const standbys = (where: string) => ask(`select from pg_stat_replication where ${where}`)
      // Before it is there commits would wait for nothing but its start.
      if (how === 'waits') await until(async () => (await standbys("state = 'streaming'")).length > 0, 'a standby')
      await ask(`alter system set synchronous_standby_names = '${how === 'waits' ? '*' : ''}'`)
      await ask('select pg_reload_conf()')
      if (how === 'waits')
        await until(async () => (await standbys("sync_state = 'sync'")).length > 0, 'the wait for it')
    },
  }
  return self
}

/** The files of a server that goes on working. */
async function copy(primary: Server, from: string, to: string): Promise<void> {
  await connected(primary.url, async (client) => {
    await client.query("select pg_backup_start('pair', true)")
    await run('cp', ['-a', from, to])
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    const label = join(to, 'data', 'backup_label')
    await run('cp', ['-p', join(to, 'data', 'PG_VERSION'), label])
    await writeFile(label, rows[0]?.labelfile ?? '')
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
