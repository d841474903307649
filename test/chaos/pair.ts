/** A pair of Postgres servers as the ledger. Whatever is Acked must be on the one that is promoted. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPool } from '../../src/ledger/postgres/pool.ts'
import { migrate } from '../../src/ledger/schema/migrate.ts'
import { stopPostgres } from '../demo/folder.ts'
import { openPair, type Server } from '../helpers/pair.ts'
import type { PairBlow } from './pair-plan.ts'
import type { Postgres } from './postgres.ts'
import { openLine } from './proxy.ts'

export async function openPairPostgres(folder: string): Promise<Postgres> {
  const own = join(folder, 'pair')
  for (const name of ['first', 'second']) await stopPostgres(join(own, name))
  await rm(own, { recursive: true, force: true })
  let primary: Server | undefined
  const replication = await openLine(() => primary?.port)
  const { first, second, close } = await openPair({
    folder: own,
    commits: 'waits',
    replicationPort: replication.port,
    onFirst(server) {
      primary = server
    },
  })
  let [active, passive] = [first, second]
  let front = first
  const hosts = [first, second].map(({ port }) => `127.0.0.1:${port}`).join(',')
  await migrate(first.url)
  const pool = openPool({
    url: `postgres://soapstone@${hosts}/soapstone`,
    connections: 3,
    name: 'chaos',
    onError: () => {},
  })

  /** The standby takes over. The old primary is fenced first, so that there are never two. */
  async function takeOver(): Promise<void> {
    if (active.running) await active.kill()
    replication.heal('reset')
    await passive.promote()
    await takeOverFrom(active, passive)
  }

  async function takeOverFrom(old: Server, fresh: Server): Promise<void> {
    if (old.running) await old.kill()
    replication.heal('reset')
    ;[active, passive] = [fresh, old]
    primary = active
    front = active
    await passive.follow(active, replication.port)
    await active.waitForStandby('waits')
  }

  async function end(how: 'cancelled' | 'terminated' | 'restarted', forMs: number): Promise<void> {
    const act = how === 'cancelled' ? 'pg_cancel_backend' : 'pg_terminate_backend'
    const impatient = `select ${act}(pid) from pg_stat_activity
      where wait_event = 'SyncRep' and application_name like 'soapstone%'`
    if (how === 'restarted') {
      await active.stop('immediate')
      await active.start()
      await sleep(forMs)
      return
    }
    for (const latest = performance.now() + forMs; performance.now() < latest; ) {
      await active.ask(impatient)
      await sleep(100)
    }
  }

  async function setReadOnly(value: 'on' | 'off'): Promise<void> {
    await active.ask(`alter system set default_transaction_read_only = ${value}`)
    await active.ask('select pg_reload_conf()')
  }

  /** Nobody fences the old primary, which waits for no standby any more. */
  async function split(forMs: number): Promise<void> {
    const [old, fresh] = [active, passive]
    await old.waitForStandby('does not wait')
    replication.blackHole()
    await fresh.promote()
    for (const latest = performance.now() + forMs; performance.now() < latest; ) {
      front = front === old ? fresh : old
      await sleep(500)
    }
    await takeOverFrom(old, fresh)
  }

  async function strike(blow: PairBlow): Promise<void> {
    switch (blow.kind) {
      case 'failover':
        if (blow.how === 'kill') await active.kill()
        else await active.stop('immediate')
        await sleep(blow.downMs)
        return await takeOver()
      case 'switchover':
        await active.stop('fast')
        return await takeOver()
      case 'standby-away':
        replication.blackHole()
        await sleep(blow.ms)
        replication.heal('reset')
        return
      case 'waits':
        replication.blackHole()
        await sleep(blow.ms)
        await end(blow.end, 1_500)
        return await takeOver()
      case 'flap':
        for (let i = 0; i < blow.times; i++) {
          front = passive
          await sleep(150)
          front = active
          await sleep(150)
        }
        return
      case 'read-only':
        await setReadOnly('on')
        await sleep(blow.ms)
        await setReadOnly('off')
        return
      case 'vanished':
        await active.freeze()
        await sleep(blow.downMs)
        return await takeOver()
      case 'split-brain':
        return await split(blow.ms)
      default:
        blow satisfies never
    }
  }

  return {
    get port() {
      return front.port
    },
    hosts: () => [first.port, second.port],
    pool,
    async knockOver(mode) {
      await active.stop(mode)
    },
    async raise() {
      if (!active.running) await active.start()
    },
    strike,
    async terminateBackends() {
      await pool.query(
        // Of the nodes: this program has connections of its own, which are called 'soapstone test'.
        `select pg_terminate_backend(pid) from pg_stat_activity
          where application_name like 'soapstone%' and application_name <> 'soapstone test'`,
      )
    },
    async close() {
      await pool.end()
      await close()
      await replication.close()
    },
  }
}
