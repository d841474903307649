import t from 'tap'
import type { FailureCode } from '../../src/domain/codes.ts'
import { Failure } from '../../src/domain/failure.ts'
import { isSessionRefused, recordFailures, requestFailure } from '../../src/salesforce/failures.ts'
import { ReplyError } from '../../src/salesforce/reply-error.ts'
import { createAdapter } from '../helpers/salesforce.ts'

const reply = (status: number, code = '', text = 'text of Salesforce') => new ReplyError(status, code, text)
const record = (n: number, error?: { code: string; message?: string; fields?: string[] }) => ({
  record: { type: 'Order', id: `801${n}` },
  error: error && { message: 'said so', fields: [], ...error },
})
/** What becomes of a refused order beside one that was saved, and of one that nobody saved. */
const beside = (code: string, message?: string) => {
  const error = record(1, { code, ...(message !== undefined && { message }) })
  const [refused] = recordFailures([error, record(2)], 'login')
  const [alone] = recordFailures([error, { ...error, record: { type: 'Order', id: '8013' } }], 'login')
  return { refused: refused?.code, alone: alone?.code }
}

t.test('requestFailure knows what each error of a request means', async (t) => {
  const codes: [number, string, FailureCode][] = [
    [403, 'REQUEST_LIMIT_EXCEEDED', 'SALESFORCE_LIMIT'],
    [400, 'UNABLE_TO_LOCK_ROW', 'SALESFORCE_ROW_LOCKED'],
    [400, 'INVALID_FIELD', 'SALESFORCE_FORBIDDEN'],
    [400, 'INVALID_TYPE', 'SALESFORCE_FORBIDDEN'],
    [403, 'INSUFFICIENT_ACCESS', 'SALESFORCE_FORBIDDEN'],
    [403, 'API_DISABLED_FOR_ORG', 'SALESFORCE_FORBIDDEN'],
    [403, 'SOMETHING_NEW', 'SALESFORCE_FORBIDDEN'],
    [403, '', 'SALESFORCE_FORBIDDEN'],
    [400, 'MALFORMED_QUERY', 'SALESFORCE_FORBIDDEN'],
    [503, 'SERVER_UNAVAILABLE', 'SALESFORCE_UNAVAILABLE'],
    [500, 'UNKNOWN_EXCEPTION', 'SALESFORCE_UNAVAILABLE'],
    [400, 'QUERY_TIMEOUT', 'SALESFORCE_UNAVAILABLE'],
    [500, '', 'SALESFORCE_UNAVAILABLE'],
    [503, 'SOMETHING_NEW', 'SALESFORCE_UNAVAILABLE'],
    [429, '', 'SALESFORCE_LIMIT'],
    [404, 'NOT_FOUND', 'SALESFORCE_API_VERSION'],
    [404, '', 'SALESFORCE_ANSWER_UNREADABLE'],
    [404, 'UNSUPPORTED_API_VERSION', 'SALESFORCE_API_VERSION'],
    [410, 'GONE', 'SALESFORCE_API_VERSION'],
    [410, '', 'SALESFORCE_API_VERSION'],
    [302, '', 'SALESFORCE_ANSWER_UNREADABLE'],
    [400, 'SOMETHING_NEW', 'SALESFORCE_ANSWER_UNREADABLE'],
    [401, 'SOMETHING_NEW', 'SALESFORCE_SESSION_REFUSED'],
    [400, 'INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'SALESFORCE_MAINTENANCE'],
  ]
  for (const [status, code, expected] of codes) {
    t.equal(requestFailure(reply(status, code)).code, expected, `${status} ${code}`)
  }
  t.equal(requestFailure(reply(400, 'INVALID_FIELD')).message, 'INVALID_FIELD: text of Salesforce')
  t.equal(requestFailure(reply(403)).message, 'HTTP 403: text of Salesforce')
  t.equal(requestFailure(new SyntaxError('bad JSON')).code, 'SALESFORCE_ANSWER_UNREADABLE')
  t.equal(requestFailure('thrown').code, 'SALESFORCE_ANSWER_UNREADABLE')
  const failure = new Failure('ORDER_EMPTY')
  t.equal(requestFailure(failure), failure)
})

t.test('isSessionRefused knows a refused session from everything else', async (t) => {
  for (const error of [reply(401), reply(400, 'INVALID_SESSION_ID'), reply(403, 'INVALID_AUTH_HEADER')]) {
    t.ok(isSessionRefused(error), error.message)
  }
  for (const error of [reply(403), new Error('x'), 'INVALID_SESSION_ID', undefined]) t.notOk(isSessionRefused(error))
})

t.test('recordFailures names the record, its fields and what Salesforce says', async (t) => {
  const [failure, saved] = recordFailures(
    [record(1, { code: 'STRING_TOO_LONG', fields: ['A__c', 'B__c'] }), record(2)],
    'login',
  )
  t.match(failure, { code: 'SALESFORCE_FIELD_REFUSED', message: 'Order 8011: A__c, B__c STRING_TOO_LONG: said so' })
  t.equal(saved, undefined)
})

t.test('recordFailures gives up what a person wrote a rule about, and nothing else', async (t) => {
  const permanent = [
    'FIELD_CUSTOM_VALIDATION_EXCEPTION',
    'REQUIRED_FIELD_MISSING',
    'NUMBER_OUTSIDE_VALID_RANGE',
    'DUPLICATE_VALUE',
  ]
  for (const code of permanent)
    t.same(beside(code), { refused: 'SALESFORCE_FIELD_REFUSED', alone: 'SALESFORCE_FIELD_REFUSED' }, code)
  const passing = [
    'SOMETHING_NEW',
    '',
    'UNKNOWN_EXCEPTION',
    'REQUEST_RUNNING_TOO_LONG',
    'LIMIT_EXCEEDED',
    'NOT_FOUND',
    'constructor',
  ]
  for (const code of passing)
    t.same(beside(code), { refused: 'SALESFORCE_SAVE_FAILED', alone: 'SALESFORCE_SAVE_FAILED' }, code)
  t.equal(beside('UNABLE_TO_LOCK_ROW').refused, 'SALESFORCE_ROW_LOCKED')
  t.equal(beside('ENTITY_IS_LOCKED').refused, 'SALESFORCE_ROW_LOCKED')
  t.equal(beside('ENTITY_IS_DELETED').refused, 'SALESFORCE_RECORD_DELETED')
})

t.test('recordFailures reads what a trigger or a flow has wrapped', async (t) => {
  const trigger = (text: string) =>
    `OrderTrigger: execution of AfterUpdate\n\ncaused by: System.DmlException: Update failed. First error: ${text}`
  const wrapped: [string, FailureCode][] = [
    [trigger('UNABLE_TO_LOCK_ROW, unable to obtain exclusive access to this record'), 'SALESFORCE_ROW_LOCKED'],
    [trigger('Record Currently Unavailable: The record is being modified by another user'), 'SALESFORCE_ROW_LOCKED'],
    ['OrderTrigger: System.LimitException: Too many SOQL queries: 101', 'SALESFORCE_SAVE_FAILED'],
    ['OrderTrigger: System.LimitException: Apex CPU time limit exceeded', 'SALESFORCE_SAVE_FAILED'],
    ['OrderTrigger: System.CalloutException: Read timed out', 'SALESFORCE_SAVE_FAILED'],
    ['OrderTrigger: System.NullPointerException: Attempt to de-reference a null object', 'SALESFORCE_SAVE_FAILED'],
    [trigger('ENTITY_IS_DELETED, entity is deleted: []'), 'SALESFORCE_SAVE_FAILED'],
    [trigger('INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE, no'), 'SALESFORCE_MAINTENANCE'],
    [trigger('REQUIRED_FIELD_MISSING, Required fields are missing: [X]'), 'SALESFORCE_FIELD_REFUSED'],
  ]
  for (const code of ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CANNOT_EXECUTE_FLOW_TRIGGER']) {
    for (const [message, expected] of wrapped) t.equal(beside(code, message).refused, expected, message)
  }
  // A trigger may pass them on as an error of its own.
  const rule = 'FIELD_CUSTOM_VALIDATION_EXCEPTION'
  t.equal(beside(rule, trigger('UNABLE_TO_LOCK_ROW, unable to obtain')).refused, 'SALESFORCE_ROW_LOCKED')
  t.equal(beside(rule, 'The credit limit is exceeded').refused, 'SALESFORCE_FIELD_REFUSED')
})

t.test('recordFailures pauses for what the organisation or the login suffers', async (t) => {
  for (const code of ['INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE', 'INVALID_READ_ONLY_USER_DML']) {
    t.same(beside(code), { refused: 'SALESFORCE_MAINTENANCE', alone: 'SALESFORCE_MAINTENANCE' })
  }
  t.equal(beside('SOMETHING_NEW', 'This organization is in read-only mode').refused, 'SALESFORCE_MAINTENANCE')
  t.equal(beside('REQUEST_LIMIT_EXCEEDED').refused, 'SALESFORCE_LIMIT')
  t.equal(beside('API_CURRENTLY_DISABLED').refused, 'SALESFORCE_FORBIDDEN')
})

t.test('recordFailures pauses for a missing permission or value when all records of the call say so', async (t) => {
  const access = [
    'INSUFFICIENT_ACCESS_OR_READONLY',
    'INVALID_FIELD_FOR_INSERT_UPDATE',
    'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
  ]
  for (const code of access)
    t.same(beside(code), { refused: 'SALESFORCE_RECORD_FORBIDDEN', alone: 'SALESFORCE_FORBIDDEN' }, code)
  const metadata = ['INVALID_FIELD', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST']
  for (const code of metadata)
    t.same(beside(code), { refused: 'SALESFORCE_FIELD_REFUSED', alone: 'SALESFORCE_FORBIDDEN' }, code)
  const activated = beside('FIELD_INTEGRITY_EXCEPTION', "You can't edit an activated order")
  t.same(activated, { refused: 'SALESFORCE_RECORD_FORBIDDEN', alone: 'SALESFORCE_FORBIDDEN' })
  const mixed = (other: string) =>
    recordFailures([record(1, { code: 'INSUFFICIENT_ACCESS_OR_READONLY' }), record(2, { code: other })], 'login')[0]
      ?.code
  t.equal(
    mixed('FIELD_CUSTOM_VALIDATION_EXCEPTION'),
    'SALESFORCE_RECORD_FORBIDDEN',
    'a rule is asked after the permission',
  )
  t.equal(mixed('UNABLE_TO_LOCK_ROW'), 'SALESFORCE_FORBIDDEN', 'a lock proves nothing')
  const [item] = recordFailures([record(1, { code: 'INSUFFICIENT_ACCESS_OR_READONLY' })], 'records')
  t.equal(item?.code, 'SALESFORCE_RECORD_FORBIDDEN')
})

t.test('a request that Salesforce answers with an error fails by its meaning, in its words', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const page = '<html><head><title>Down</title><style>a{}</style></head><body><h1>Back at&nbsp;noon</h1></body></html>'
  const answers: [number, unknown, FailureCode, string][] = [
    [403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests' }], 'SALESFORCE_LIMIT', 'TotalRequests'],
    [403, [{ errorCode: 'NEVER_HEARD_OF', message: 'ask your admin' }], 'SALESFORCE_FORBIDDEN', 'ask your admin'],
    [403, '<html>Forbidden</html>', 'SALESFORCE_FORBIDDEN', 'HTTP 403: Forbidden'],
    [500, page, 'SALESFORCE_UNAVAILABLE', 'HTTP 500: Down Back at noon'],
    [503, [{ errorCode: 'SERVER_UNAVAILABLE', message: 'later' }], 'SALESFORCE_UNAVAILABLE', 'later'],
    [502, 'Bad Gateway', 'SALESFORCE_UNAVAILABLE', 'HTTP 502: Bad Gateway'],
    [404, '<html>no such host</html>', 'SALESFORCE_ANSWER_UNREADABLE', 'HTTP 404: no such host'],
    [
      404,
      [{ errorCode: 'NOT_FOUND', message: 'does not exist' }],
      'SALESFORCE_API_VERSION',
      'NOT_FOUND: does not exist',
    ],
    [410, [{ errorCode: 'GONE', message: 'version retired' }], 'SALESFORCE_API_VERSION', 'GONE: version retired'],
    [401, '<html>who are you</html>', 'SALESFORCE_SESSION_REFUSED', 'HTTP 401: who are you'],
    [
      401,
      [{ errorCode: 'INVALID_SESSION_ID', message: 'not valid for use with REST' }],
      'SALESFORCE_SESSION_REFUSED',
      'not valid for use',
    ],
  ]
  for (const [status, body, code, message] of answers) {
    salesforce.faults.push({ on: 'query', kind: 'status', status, body, times: 2 })
    await t.rejects(query(), { code, message }, `${status} ${JSON.stringify(body)}`)
    salesforce.faults.clear()
  }
  salesforce.faults.push({ on: 'query', kind: 'reset', times: 2 })
  await t.rejects(query(), { code: 'SALESFORCE_UNREACHABLE' })
})
