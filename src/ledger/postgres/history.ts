/**
 * What this process knows of the ledger's past, so that it can't be led back into it: by a front that shows the old
 * primary again, by a standby that took over without the last commits, by a backup. Two primaries can't be prevented from
 * here; whoever has seen the newer one need not believe the older.
 */
import pg from 'pg'

/** A moment in the life of a cluster of servers. */
export interface Moment {
  /** Given when the cluster was made; its copies have the same. */
  system: string
  /** One more with each takeover. */
  timeline: number
  /** How much has been written, in bytes. */
  position: bigint
}

export interface History {
  /** Why a server that is at that moment must not be used. Undefined: it may, and is remembered. */
  judge(moment: Moment): string | undefined
  /** Whether a newer timeline than this one has been seen. */
  isOutdated(moment: Moment): boolean
  /** A commit is certainly where commits have to be. */
  confirmed(moment: Moment): void
  /** Called when another server has taken over. */
  onTakeover(listener: () => void): void
}

const REMEDY =
  'Messages that were Acked may be missing from it, and orders may be in WHMCS that it does not know: make sure that this ' +
  'is the server to go on with, start soapstone serve again, and run soapstone sweep for the time since'

export function createHistory(): History {
  let newest: Moment | undefined
  const listeners: (() => void)[] = []

  return {
    judge(moment) {
      const { system, timeline, position } = moment
      if (newest === undefined) {
        newest = { ...moment, position: 0n }
        return undefined
      }
      if (system !== newest.system) {
        return `the ledger is on another cluster of servers (${system}) than before (${newest.system}). ${REMEDY}`
      }
      if (timeline < newest.timeline) {
        return (
          `the server is an old primary, of timeline ${timeline}, while the ledger has been on timeline ` +
          `${newest.timeline} already: shut the old one down`
        )
      }
      if (position < newest.position) {
        return `the ledger has gone back in time, by ${newest.position - position} bytes at least. ${REMEDY}`
      }
      const tookOver = timeline > newest.timeline
      newest = { ...newest, timeline }
      if (tookOver) for (const listener of listeners) listener()
      return undefined
    },
    onTakeover: (listener) => void listeners.push(listener),
    isOutdated: ({ timeline }) => newest !== undefined && timeline < newest.timeline,
    confirmed(moment) {
      if (newest === undefined || newest.system !== moment.system || newest.timeline > moment.timeline) return
      if (moment.position > newest.position) newest = moment
    },
  }
}

const MOMENT = `select pg_control_system.system_identifier::text as system,
  pg_walfile_name(pg_current_wal_insert_lsn()) as file, (pg_current_wal_insert_lsn() - '0/0')::text as position
  from pg_control_system()`

interface Row {
  system: string
  file: string
  position: string
}

/** Undefined where a service that calls itself Postgres does not say. The server must be a primary. */
export async function readMoment(client: pg.Client): Promise<Moment | undefined> {
  try {
    const { rows } = await client.query<Row>(MOMENT)
    const [row] = rows
    if (row === undefined) return undefined
    // A file of the log is named by timeline and position.
    const timeline = Number.parseInt(row.file.slice(0, 8), 16)
    return { system: row.system, timeline, position: BigInt(row.position) }
  } catch (error) {
    if (error instanceof pg.DatabaseError && /^(?:42|0A|22|55)/.test(error.code ?? '')) return undefined
    throw error
  }
}
