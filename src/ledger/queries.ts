/** Every statement of the ledger with its types, in the order of sql/queries. */
import { query } from './postgres/query.ts'

const text = 'text'
const texts = 'text[]'
const integers = 'integer[]'
const step = 'ledger.step'

export const record = query(
  'record',
  [texts, texts, texts, 'bytea[]', texts, texts, integers, texts, texts, texts, 'jsonb[]', texts, texts],
  { message_no: 'integer', due: 'boolean' },
)

export const claim = query('claim', [step, text, 'integer', 'interval'], {
  organization_id: text,
  notification_id: text,
  lease_no: 'integer',
  record_type: text,
  record_id: 'text?',
  attempts: 'integer',
  received_at: 'timestamptz',
  whmcs_order_id: 'text?',
  failed_step: 'ledger.step?',
  error_code: 'text?',
  error_message: 'text?',
  session: 'bytea?',
  replayed: 'boolean',
  snapshot: 'jsonb?',
  snapshot_age_ms: 'double precision?',
  provisioning: 'ledger.provisioning_state?',
  provisioned_order_id: 'text?',
  service_ids: 'jsonb?',
})

export const settle = query(
  'settle',
  [
    text,
    step,
    texts,
    texts,
    integers,
    'ledger.state[]',
    'ledger.step[]',
    'double precision[]',
    integers,
    texts,
    texts,
    'ledger.step[]',
    texts,
    texts,
    texts,
    texts,
    texts,
    texts,
  ],
  { organization_id: text, notification_id: text, lease_no: 'integer', message_id: 'bigint', final: 'boolean' },
)

export const renew = query('renew', [text, texts, texts, integers, 'interval'], {
  organization_id: text,
  notification_id: text,
  lease_no: 'integer',
})

export const rescue = query('rescue', ['integer'], {
  organization_id: text,
  notification_id: text,
  lease_holder: text,
  step,
})

export const release = query('release', [text, texts, texts, integers], {
  organization_id: text,
  notification_id: text,
})

export const forgetSessions = query('forget-sessions', [texts, 'bigint[]'], { message_id: 'bigint' })
export const sweepSessions = query('sweep-sessions', ['integer'], { message_id: 'bigint' })

export const organizations = query('organizations', [], { organization_id: text })
export const beginRetire = query('begin-retire', [], { begun: 'boolean' })
export const retire = query('retire', [text, 'interval', 'timestamptz'], {
  notifications: 'integer',
  attempts: 'integer',
  replays: 'integer',
  messages: 'integer',
  snapshots: 'integer',
  until: 'timestamptz?',
})
export const outgrown = query('outgrown', [], { outgrown: 'boolean' })
export const analyze = query('analyze', [], {})

export const pause = query('pause', [step, 'interval', text, text, text], {})
export const resume = query('resume', [step], {})
export const backlog = query('backlog', [step, 'integer'], { waiting: 'integer' })
export const readBefore = query('read-before', ['integer'], { orders: 'integer' })

export const readOrders = query('read-orders', [texts, texts], { record_id: text })
export const saveSnapshots = query('save-snapshots', [text, texts, texts, integers, 'jsonb[]'], {})

export const readIntent = query('read-intent', [text, text], {
  state: 'ledger.provisioning_state',
  whmcs_client_id: text,
  whmcs_order_id: 'text?',
  request_hash: text,
  prior_order_ids: texts,
  sends: 'integer',
  looks: 'integer',
  service_ids: 'jsonb',
  seconds_since_sent: 'double precision',
  seconds_since_look: 'double precision?',
  seconds_since_accept: 'double precision?',
})
export const intend = query('intend', [text, text, text, 'jsonb', text, texts, 'integer', 'integer'], {
  sends: 'integer',
})
export const recordRefusal = query('record-refusal', [text, text, 'integer'], { state: 'ledger.provisioning_state' })
export const recordSearch = query('record-search', [text, text, 'integer'], { looks: 'integer' })
export const recordOrder = query('record-order', [text, text, text, text, 'boolean', 'jsonb', text], {
  whmcs_order_id: text,
})
export const beginAccept = query('begin-accept', [text, text, 'interval'], { whmcs_order_id: text })
export const knownOrders = query('known-orders', [text, 'integer'], {
  order_id: text,
  whmcs_client_id: text,
  whmcs_order_id: text,
})

export const resolve = query('resolve', [text, text, text], { state: 'ledger.provisioning_state' })

export const counts = query('counts', [], {
  state: text,
  step: text,
  notifications: 'integer',
  oldest_seconds: 'double precision',
})
export const recent = query('recent', [], {
  received: 'integer',
  completed: 'integer',
  ignored: 'integer',
  superseded: 'integer',
  dead: 'integer',
})
export const pauses = query('pauses', [], {
  step: text,
  code: text,
  message: text,
  worker: text,
  since: 'timestamptz',
  seconds_left: 'double precision',
})
export const list = query(
  'list',
  ['ledger.state', step, text, text, 'timestamptz', text, 'integer', text],
  {
    organization_id: text,
    notification_id: text,
    source: text,
    record_type: text,
    record_id: 'text?',
    state: text,
    step: text,
    attempts: 'integer',
    error_code: 'text?',
    error_message: 'text?',
    whmcs_order_id: 'text?',
    received_at: 'timestamptz',
    next_attempt_at: 'timestamptz?',
    finalized_at: 'timestamptz?',
  },
  'each-time',
)
export const show = query(
  'show',
  [text, text],
  {
    organization_id: text,
    notification_id: text,
    source: text,
    action_id: text,
    record_type: text,
    record_id: 'text?',
    state: text,
    step: text,
    attempts: 'integer',
    error_code: 'text?',
    error_message: 'text?',
    whmcs_order_id: 'text?',
    superseded_by: 'text?',
    lease_holder: 'text?',
    lease_until: 'timestamptz?',
    received_at: 'timestamptz',
    next_attempt_at: 'timestamptz?',
    finalized_at: 'timestamptz?',
    fields: 'jsonb',
    has_session: 'boolean',
    provisioning: 'text?',
    whmcs_client_id: 'text?',
    sends: 'integer?',
    looks: 'integer?',
    adopted: 'boolean?',
    service_ids: 'jsonb?',
    request: 'jsonb?',
  },
  'each-time',
)
export const attemptsOf = query('attempts-of', [text, text], {
  attempt_no: 'integer',
  step: text,
  worker: text,
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: text,
  code: 'text?',
  message: 'text?',
})
export const replaysOf = query('replays-of', [text, text], {
  replay_no: 'integer',
  from_state: text,
  to_step: text,
  reason: text,
  requested_by: text,
  requested_at: 'timestamptz',
})
export const replay = query('replay', [text, text, text, step, text], { step: text })
