/** What one would write in an afternoon: a table, and one insert a message. */
import pg from 'pg'

export interface Taken {
  notificationId: string
  recordId: string
  fields: unknown
}

export const CREATE_INBOX = `create table inbox (
  notification_id text primary key, record_id text not null, fields jsonb not null, received_at timestamptz not null default now())`

/** Resolves after the commit. */
export async function openInbox(url: string): Promise<(taken: Taken[]) => Promise<void>> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  await pool.query(CREATE_INBOX)
  return async (taken) => {
    const rows = taken.map((_, i) => `($${i * 3 + 1}, $${i * 3 + 2}, $${i * 3 + 3})`)
    await pool.query(
      `insert into inbox (notification_id, record_id, fields) values ${rows.join(', ')} on conflict do nothing`,
      taken.flatMap(({ notificationId, recordId, fields }) => [notificationId, recordId, JSON.stringify(fields)]),
    )
  }
}
