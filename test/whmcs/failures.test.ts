import t from 'tap'
import { FAILURES, type FailureCode } from '../../src/domain/codes.ts'
import type { Reply } from '../../src/whmcs/client.ts'
import { acceptFailure, addFailure, isNotPending, readFailure } from '../../src/whmcs/failures.ts'

type Refusal = Extract<Reply, { kind: 'error' }>
const error = (message: string, status = 200): Refusal => ({ kind: 'error', message, status })
const UNCLEAR = { kind: 'unclear', detail: 'HTTP 500 without JSON' } as const
const NOT_SENT = { kind: 'not-sent', detail: 'ECONNREFUSED' } as const

/** Refusals of the caller, as seen with status 403 - and the one of a wrong action, with 200. */
const ACCESS = [
  'Invalid IP 117.217.28.213',
  'Authentication Failed',
  'Invalid or missing credentials',
  'Access Denied',
  'Invalid Password Provided',
  'Administrator Account Disabled',
  'IP Banned',
  'Invalid Permissions: API action "addorder" is not allowed',
]

/** WHMCS's documented texts of AddOrder, and what was seen of live installs. */
const ADD: Record<string, FailureCode> = {
  'Client ID Not Found': 'WHMCS_CLIENT_UNKNOWN',
  'Client Not Found': 'WHMCS_CLIENT_UNKNOWN',
  'Unable to add order when client status is Closed': 'WHMCS_CLIENT_UNKNOWN',
  'Invalid Payment Method. Valid options include mailin,banktransfer': 'WHMCS_PAYMENT_METHOD',
  'Addon ID invalid': 'WHMCS_ORDER_REFUSED',
  'Service ID not owned by Client ID provided': 'WHMCS_ORDER_REFUSED',
  'No items added to cart so order cannot proceed': 'WHMCS_ORDER_REFUSED',
  "Expecting parameter 'pid' to be an array": 'WHMCS_ORDER_REFUSED',
  'Product ID Not Found': 'WHMCS_ORDER_REFUSED',
  // Of domains and renewals, which are never asked for: if they come all the same, who knows what was done.
  'Domain not owned by Client ID provided': 'WHMCS_ANSWER_UNKNOWN',
  "Domain status is set to 'Pending' and cannot be renewed": 'WHMCS_ANSWER_UNKNOWN',
  'Service ID 7 can not be renewed at this time.': 'WHMCS_ANSWER_UNKNOWN',
  // Nobody knows these: a hook may say anything, after the order was made.
  'An unexpected error occurred': 'WHMCS_ANSWER_UNKNOWN',
  'The invoice says: Client ID Not Found': 'WHMCS_ANSWER_UNKNOWN',
  // With status 200 a hook or a gateway may say this of itself.
  'Authentication Failed': 'WHMCS_ANSWER_UNKNOWN',
  'Access denied to the stock server': 'WHMCS_ANSWER_UNKNOWN',
  '': 'WHMCS_ANSWER_UNKNOWN',
}

t.test('addFailure takes only a text that is known for a clear no', async (t) => {
  for (const [message, code] of Object.entries(ADD)) {
    t.match(addFailure(error(message)), { code, message: `AddOrder: ${message}` }, message)
    t.equal(addFailure(error(message.toUpperCase())).code, code, `${message}, in capitals`)
  }
})

t.test('every refusal of the caller stops the stage, whatever was asked', async (t) => {
  for (const message of ACCESS) {
    const reply = error(message, 403)
    const failures = [addFailure(reply), acceptFailure(reply), readFailure('GetOrders', reply)]
    for (const { code } of failures) t.equal(code, 'WHMCS_ACCESS_REFUSED', message)
  }
  t.equal(addFailure(error('Invalid API Action: "addorder" is not a valid API action')).code, 'WHMCS_ACCESS_REFUSED')
  t.equal(FAILURES.WHMCS_ACCESS_REFUSED.class, 'pause')
})

t.test('acceptFailure tells by the words of a module whether it may have run', async (t) => {
  const cases: Partial<Record<FailureCode, string[]>> = {
    WHMCS_ACCEPT_FAILED: [
      'Order ID not found or Status not Pending',
      'Package "plan-185" not found on server',
      'Service not assigned to a module',
      'Function Not Supported by Module',
      'Sorry, that username is already in use',
      'Already provisioned',
      'Domain example.com already exists',
    ],
    WHMCS_MODULE_UNKNOWN: [
      'Connection timed out after 30001 milliseconds',
      'cURL error 28: Operation timed out',
      'Request timeout',
      'Gateway Time-out',
      'HTTP 504',
      'status code: 500',
      'Recv failure: Connection reset by peer',
      'cURL error 52: Empty reply from server',
      'Service temporarily unavailable, try again later',
      'The server closed the connection: unexpected EOF',
      'Bad Gateway',
      'read ECONNRESET',
    ],
    WHMCS_MODULE_UNREACHABLE: [
      'Could not connect to server',
      'cURL error 7: Failed to connect to 10.0.0.5 port 2087: Connection timed out',
      'cURL Error: 6 Could not resolve host: panel.example.com',
      'connect ECONNREFUSED 10.0.0.5:8443',
      'Connection refused',
      'No route to host',
      'SSL certificate problem: certificate has expired',
      'php_network_getaddresses: getaddrinfo failed: Name or service not known',
    ],
  }
  for (const [code, messages] of Object.entries(cases)) {
    for (const message of messages) {
      t.match(acceptFailure(error(message)), { code, message: `AcceptOrder: ${message}` }, message)
    }
  }
})

t.test('words that nobody knows are no outage, and stop no stage', async (t) => {
  for (const failure of [
    addFailure(error('What?')),
    readFailure('GetOrders', error('What?')),
    acceptFailure(error('What?')),
    acceptFailure(error('timed out')),
    acceptFailure(error('Connection refused')),
    addFailure(UNCLEAR),
    acceptFailure(UNCLEAR),
  ]) {
    t.notOk(FAILURES[failure.code].breaks, failure.code)
    t.not(FAILURES[failure.code].class, 'pause', failure.code)
  }
})

t.test("acceptFailure does not take a server's refusal of its module for WHMCS's refusal of us", async (t) => {
  for (const message of [
    "Access denied for user 'whmcs'@'localhost'",
    'Authentication Failed',
    'Invalid Permissions',
  ]) {
    t.equal(acceptFailure(error(message)).code, 'WHMCS_ACCEPT_FAILED', message)
  }
})

t.test('each action says in its own way that nothing was sent, and that nothing is known', async (t) => {
  t.match(addFailure(NOT_SENT), { code: 'WHMCS_UNREACHABLE', message: 'AddOrder: ECONNREFUSED' })
  t.match(acceptFailure(NOT_SENT), { code: 'WHMCS_UNREACHABLE', message: 'AcceptOrder: ECONNREFUSED' })
  t.match(readFailure('GetOrders', NOT_SENT), { code: 'WHMCS_UNREACHABLE', message: 'GetOrders: ECONNREFUSED' })
  t.match(addFailure(UNCLEAR), { code: 'WHMCS_OUTCOME_UNKNOWN', message: 'AddOrder: HTTP 500 without JSON' })
  t.match(acceptFailure(UNCLEAR), { code: 'WHMCS_OUTCOME_UNKNOWN' })
  t.match(readFailure('GetOrders', UNCLEAR), { code: 'WHMCS_UNAVAILABLE', message: 'GetOrders: HTTP 500 without JSON' })
  t.match(readFailure('GetOrders', error('Something new')), { code: 'WHMCS_QUESTION_REFUSED' })
})

t.test('isNotPending knows the text of an order that was accepted before, in any case', async (t) => {
  t.ok(isNotPending(error('Order ID not found or Status not Pending')))
  t.ok(isNotPending(error('ORDER ID NOT FOUND OR STATUS NOT PENDING')))
  t.notOk(isNotPending(error('Order ID Not Found')))
  t.notOk(isNotPending(UNCLEAR))
})
