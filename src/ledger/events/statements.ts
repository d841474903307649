/** The statements about subscriptions to streams of events. */
import { query } from '../postgres/query.ts'

/** Whose lease it must be. */
const HELD = { organization_id: 'text', topic: 'text', lease_no: 'integer' } as const
/** A row where it was. */
const STILL = { lease_no: 'integer' } as const

export const take = query(
  'take-subscription',
  { organization_id: 'text', topic: 'text', worker: 'text', lease: 'interval' },
  {
    lease_no: 'integer',
    replay_id: 'bytea?',
    subscribed_at: 'timestamptz?',
    lost_at: 'timestamptz?',
    last_event_at: 'timestamptz?',
    sweep_since: 'timestamptz?',
  },
)
export const renew = query('renew-subscription', { ...HELD, lease: 'interval' }, STILL)
export const release = query('release-subscription', HELD, {})
export const report = query('report-subscription', { ...HELD, state: 'text', code: 'text?', message: 'text?' }, STILL)
export const movePosition = query(
  'move-position',
  {
    ...HELD,
    replay_id: 'bytea?',
    last_event_at: 'timestamptz?',
    sweep_since: 'timestamptz?',
    own: 'integer',
    other: 'integer',
    undecodable: 'integer',
  },
  STILL,
)
export const countEvents = query('count-events', { organization_id: 'text', topic: 'text', recorded: 'integer' }, {})
export const keepUndecodable = query(
  'keep-undecodable',
  {
    organization_id: 'text',
    topic: 'text',
    replay_id: 'bytea[]',
    event_id: 'text[]',
    schema_id: 'text[]',
    reason: 'text[]',
    payload: 'bytea[]',
  },
  {},
)
export const losePosition = query('lose-position', { ...HELD, sweep_since: 'timestamptz' }, STILL)
export const endOwedSweep = query('end-owed-sweep', { ...HELD, sweep_since: 'timestamptz' }, STILL)
export const saveDeliveries = query('save-deliveries', { ...HELD, remaining: 'integer', most: 'integer' }, STILL)
export const subscriptions = query(
  'subscriptions',
  {},
  {
    organization_id: 'text',
    topic: 'text',
    state: 'text',
    error_code: 'text?',
    error_message: 'text?',
    since: 'timestamptz',
    position_at: 'timestamptz?',
    last_event_at: 'timestamptz?',
    lost_at: 'timestamptz?',
    sweep_since: 'timestamptz?',
    recorded: 'bigint',
    own: 'bigint',
    other: 'bigint',
    undecodable: 'bigint',
    deliveries_remaining: 'integer?',
    deliveries_max: 'integer?',
    lease_holder: 'text?',
  },
)
export const retireEvents = query(
  'retire-events',
  { organization_id: 'text', kept_for: 'interval' },
  { events: 'integer', subscriptions: 'integer' },
)
