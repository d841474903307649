/** The processes that are alive, and what they have seen. */
import { query, type Runner } from '../postgres/query.ts'

export const heartbeat = query('heartbeat', { worker: 'text', version: 'text', marker: 'text' }, {})
export const leave = query('leave', { worker: 'text' }, {})
export const workers = query(
  'workers',
  {},
  { worker: 'text', version: 'text', started_at: 'timestamptz', seen_at: 'timestamptz' },
)
export const standing = query(
  'standing',
  {},
  { writable: 'boolean', marker: 'text?', calls_left: 'double precision?', calls_most: 'double precision?' },
)

export interface Heartbeat {
  beat(marker: string): Promise<void>
  /** It has ended. */
  leave(): Promise<void>
}

export function createHeartbeat(runner: Runner, { worker, version }: { worker: string; version: string }): Heartbeat {
  return {
    async beat(marker) {
      await heartbeat(runner, { worker, version, marker })
    },
    async leave() {
      await leave(runner, { worker })
    },
  }
}
