/** What lists can be asked for, as parameters of a URL. The names are those of the command line, too. */
import type { FILTERS } from '../../operations/filter.ts'
import { SORTS } from '../../operations/sort.ts'
import { TEXT } from './schema.ts'
import { PRIORITY, STATE, STEP } from './shapes.ts'

const MOMENT = 'a time such as 2026-11-25, 2026-11-25T08:30:00Z, or 2h (ago)'
const ID = '15 or 18 characters'

export const FILTER = {
  state: STATE,
  step: STEP,
  code: { type: 'string', description: 'An error code such as PRODUCT_UNMAPPED' },
  record: { type: 'string', description: `Record id, ${ID}` },
  order: { type: 'string', description: 'The number of the order' },
  whmcsOrder: { type: 'string', description: 'The id of the order in WHMCS' },
  source: { type: 'string', description: 'The door, such as outbound-message' },
  priority: PRIORITY,
  text: { type: 'string', description: 'A part of an error message or of the name of an account' },
  organization: { type: 'string', description: `Organisation id, ${ID}` },
  since: { type: 'string', description: `Received then or later: ${MOMENT}` },
  until: { type: 'string', description: `Received before: ${MOMENT}` },
} as const satisfies Record<(typeof FILTERS)[number], object>

export const SPAN = {
  since: { type: 'string', description: `Then or later: ${MOMENT}` },
  until: { type: 'string', description: `Before: ${MOMENT}` },
} as const

export const SORT = {
  type: 'string',
  enum: SORTS,
  description:
    'By this time, with `-` from the latest on. Absent: -receivedAt. nextAttemptAt needs a state pending or working, finalizedAt completed or dead',
} as const

export const DEFAULT_LIMIT = 50

export const PAGING = {
  after: { ...TEXT, description: '`next` of the page before' },
  limit: { type: 'integer', minimum: 1, maximum: 200, description: `${DEFAULT_LIMIT}, where it is absent` },
} as const
