/** What the API shows of notifications, and of what belongs to them. */
import { PRIORITIES, STATES, STEPS } from '../../domain/notification.ts'
import { list, nullable, object, TEXT, TIME } from './schema.ts'

export const COUNT = { type: 'integer' } as const
/** JSON as it was stored. */
export const ANYTHING = {} as const

export const STATE = { type: 'string', enum: STATES } as const
export const STEP = { type: 'string', enum: STEPS } as const
export const PRIORITY = { type: 'string', enum: PRIORITIES } as const

const FIELDS = {
  organizationId: TEXT,
  notificationId: TEXT,
  source: { type: 'string', description: 'The door that it came through' },
  recordType: TEXT,
  recordId: nullable(TEXT),
  orderNumber: nullable(TEXT),
  accountName: nullable(TEXT),
  state: STATE,
  step: STEP,
  priority: PRIORITY,
  attempts: COUNT,
  errorCode: nullable(TEXT),
  errorMessage: nullable(TEXT),
  whmcsOrderId: nullable(TEXT),
  receivedAt: TIME,
  nextAttemptAt: nullable(TIME),
  finalizedAt: nullable(TIME),
} as const

export const NOTIFICATION = object(FIELDS)

const ATTEMPT = {
  attemptNo: COUNT,
  step: TEXT,
  worker: TEXT,
  startedAt: TIME,
  finishedAt: TIME,
  outcome: TEXT,
  code: nullable(TEXT),
  message: nullable(TEXT),
  exchanges: nullable({
    ...list({ type: 'object', properties: { action: TEXT, asked: ANYTHING, answered: ANYTHING } }),
    description: 'What other systems were asked and answered, without secrets. Null: nothing, or it has been removed',
  }),
} as const

const ACT = {
  act: TEXT,
  requestedBy: { type: 'string', description: 'The person or the token, and the login where that is another' },
  via: { type: 'string', enum: ['cli', 'sql', 'api', 'page'] },
  reason: nullable(TEXT),
  requestedAt: TIME,
  fromState: nullable(TEXT),
  toStep: nullable(TEXT),
  detail: ANYTHING,
} as const

const ORDER = nullable(object({ takenAt: TIME, content: ANYTHING }))
const PROVISIONING = nullable(
  object({
    state: TEXT,
    whmcsClientId: nullable(TEXT),
    sends: COUNT,
    looks: COUNT,
    adopted: { type: 'boolean', description: 'Found in WHMCS, where the answer to AddOrder was lost' },
    serviceIds: ANYTHING,
    request: ANYTHING,
  }),
)

export const DETAILS = object({
  notification: object({ ...FIELDS, supersededBy: nullable(TEXT), leaseHolder: nullable(TEXT) }),
  attempts: list(object(ATTEMPT)),
  acts: list(object(ACT)),
  order: ORDER,
  provisioning: PROVISIONING,
  remedy: nullable({ type: 'string', description: 'What helps against its error' }),
  message: object({ actionId: TEXT, hasSession: { type: 'boolean' }, fields: ANYTHING }),
  others: list(NOTIFICATION),
})

export const ORDER_DETAILS = object({
  organizationId: TEXT,
  orderId: TEXT,
  order: ORDER,
  provisioning: PROVISIONING,
  notifications: {
    ...list(object({ ...FIELDS, tried: list(object(ATTEMPT)), acts: list(object(ACT)) })),
    description: 'The newest first, at most 50',
  },
})
