import t from 'tap'
import type { FailureCode } from '../../src/domain/codes.ts'
import { Failure } from '../../src/domain/failure.ts'
import { isSessionRefused, recordFailure, requestFailure } from '../../src/salesforce/failures.ts'
import { createAdapter } from '../helpers/salesforce.ts'

const coded = (errorCode: string, message = 'text of Salesforce') => Object.assign(new Error(message), { errorCode })

t.test('requestFailure knows what each error of a request means', async (t) => {
  const codes: Record<string, FailureCode> = {
    REQUEST_LIMIT_EXCEEDED: 'SALESFORCE_LIMIT',
    UNABLE_TO_LOCK_ROW: 'SALESFORCE_ROW_LOCKED',
    INVALID_FIELD: 'SALESFORCE_FORBIDDEN',
    INVALID_TYPE: 'SALESFORCE_FORBIDDEN',
    INSUFFICIENT_ACCESS: 'SALESFORCE_FORBIDDEN',
    API_DISABLED_FOR_ORG: 'SALESFORCE_FORBIDDEN',
    MALFORMED_QUERY: 'SALESFORCE_FORBIDDEN',
    ERROR_HTTP_403: 'SALESFORCE_FORBIDDEN',
    SERVER_UNAVAILABLE: 'SALESFORCE_UNAVAILABLE',
    UNKNOWN_EXCEPTION: 'SALESFORCE_UNAVAILABLE',
    QUERY_TIMEOUT: 'SALESFORCE_UNAVAILABLE',
    ERROR_HTTP_429: 'SALESFORCE_UNAVAILABLE',
    ERROR_HTTP_500: 'SALESFORCE_UNAVAILABLE',
    ERROR_HTTP_503: 'SALESFORCE_UNAVAILABLE',
    ERROR_HTTP_404: 'SALESFORCE_ANSWER_UNREADABLE',
    NOT_FOUND: 'SALESFORCE_ANSWER_UNREADABLE',
    SOMETHING_NEW: 'SALESFORCE_ANSWER_UNREADABLE',
  }
  for (const [code, expected] of Object.entries(codes)) t.equal(requestFailure(coded(code)).code, expected, code)
  t.equal(requestFailure(coded('INVALID_FIELD')).message, 'INVALID_FIELD: text of Salesforce')
  t.equal(requestFailure(new SyntaxError('bad JSON')).code, 'SALESFORCE_ANSWER_UNREADABLE')
  t.equal(requestFailure('thrown').code, 'SALESFORCE_ANSWER_UNREADABLE')
  const failure = new Failure('ORDER_EMPTY')
  t.equal(requestFailure(failure), failure)
  t.ok(requestFailure(coded('X', 'x'.repeat(9_000))).message.length < 400)
})

t.test('isSessionRefused knows a refused session from everything else', async (t) => {
  for (const code of ['INVALID_SESSION_ID', 'INVALID_AUTH_HEADER', 'ERROR_HTTP_401'])
    t.ok(isSessionRefused(coded(code)))
  for (const error of [coded('ERROR_HTTP_403'), coded(''), new Error('x'), 'INVALID_SESSION_ID', undefined]) {
    t.notOk(isSessionRefused(error))
  }
})

t.test('recordFailure names the record, its fields and what Salesforce says', async (t) => {
  const error = (code: string, fields: string[] = []) => ({ code, message: 'said so', fields })
  t.match(recordFailure('Order 801', error('STRING_TOO_LONG', ['A__c', 'B__c'])), {
    code: 'SALESFORCE_FIELD_REFUSED',
    message: 'Order 801: A__c, B__c STRING_TOO_LONG: said so',
  })
  const codes: Record<string, FailureCode> = {
    FIELD_CUSTOM_VALIDATION_EXCEPTION: 'SALESFORCE_FIELD_REFUSED',
    CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY: 'SALESFORCE_FIELD_REFUSED',
    UNABLE_TO_LOCK_ROW: 'SALESFORCE_ROW_LOCKED',
    ENTITY_IS_DELETED: 'SALESFORCE_RECORD_DELETED',
    INVALID_CROSS_REFERENCE_KEY: 'SALESFORCE_RECORD_DELETED',
    INVALID_FIELD: 'SALESFORCE_FORBIDDEN',
  }
  for (const [code, expected] of Object.entries(codes)) {
    t.equal(recordFailure('Order 801', error(code)).code, expected, code)
  }
})

t.test('a request that Salesforce answers with an error fails by its meaning', async (t) => {
  const { salesforce, query } = await createAdapter(t)
  const answers: [number, unknown, FailureCode][] = [
    [403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }], 'SALESFORCE_LIMIT'],
    [403, '<html>Forbidden</html>', 'SALESFORCE_FORBIDDEN'],
    [500, '<html>Oops</html>', 'SALESFORCE_UNAVAILABLE'],
    [503, [{ errorCode: 'SERVER_UNAVAILABLE', message: 'later' }], 'SALESFORCE_UNAVAILABLE'],
    [502, 'Bad Gateway', 'SALESFORCE_UNAVAILABLE'],
    [404, '<html>no such host</html>', 'SALESFORCE_ANSWER_UNREADABLE'],
    [401, '<html>who are you</html>', 'SALESFORCE_SESSION_REFUSED'],
  ]
  for (const [status, body, code] of answers) {
    salesforce.faults.push({ on: 'query', kind: 'status', status, body, times: 2 })
    await t.rejects(query(), { code }, `${status} ${JSON.stringify(body)}`)
    salesforce.faults.clear()
  }
  salesforce.faults.push({ on: 'query', kind: 'reset', times: 2 })
  await t.rejects(query(), { code: 'SALESFORCE_UNREACHABLE' })
})
