/**
 * What WHMCS's answers mean for us. There are no codes, only English texts, whose case varies. A text that nobody knows
 * is never an outage: it is about this order, its client or its product, and others go on.
 */
import type { FailureCode } from '../domain/codes.ts'
import { Failure } from '../domain/failure.ts'
import type { Reply } from './client.ts'

/** We are not let in. */
const ACCESS =
  /^invalid ip|authentication failed|invalid or missing credentials|access denied|invalid password provided|administrator account disabled|ip banned|invalid permissions|invalid api action|api function not found|command not found/i
/** The same in words that no hook or module would use: they name the API. */
const API_ACCESS = /^invalid permissions: api action|^invalid api action|^api function not found/i

const TEXTS: [RegExp, FailureCode][] = [
  [/^client id not found|^client not found|client status is closed/i, 'WHMCS_CLIENT_UNKNOWN'],
  [/^invalid payment method/i, 'WHMCS_PAYMENT_METHOD'],
  [
    /^no items added to cart|^expecting parameter|^(?:product|addon|service) id (?:invalid|not found|not owned)/i,
    'WHMCS_ORDER_REFUSED',
  ],
]

type Unsuccessful = Exclude<Reply, { kind: 'success' }>
type Refusal = Extract<Reply, { kind: 'error' }>

/** A question that changes nothing: whatever went wrong, ask again. */
export function readFailure(action: string, reply: Unsuccessful): Failure {
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail: `${action}: ${reply.detail}` })
  if (reply.kind === 'unclear') return new Failure('WHMCS_UNAVAILABLE', { detail: `${action}: ${reply.detail}` })
  const code = ACCESS.test(reply.message) ? 'WHMCS_ACCESS_REFUSED' : known(reply.message)
  return new Failure(code ?? 'WHMCS_QUESTION_REFUSED', { detail: `${action}: ${reply.message}` })
}

/** AddOrder, and AddClient: only a refusal whose text is known to come before the work is a clear no. */
export function addFailure(reply: Unsuccessful, action = 'AddOrder'): Failure {
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail: `${action}: ${reply.detail}` })
  if (reply.kind === 'unclear') return new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: `${action}: ${reply.detail}` })
  const code = isAccessRefusal(reply) ? 'WHMCS_ACCESS_REFUSED' : known(reply.message)
  return new Failure(code ?? 'WHMCS_ANSWER_UNKNOWN', { detail: `${action}: ${reply.message}` })
}

/** AcceptOrder: any refusal but that of us is a module's own text; the order stays pending. */
export function acceptFailure(reply: Unsuccessful): Failure {
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail: `AcceptOrder: ${reply.detail}` })
  if (reply.kind === 'unclear') return new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: `AcceptOrder: ${reply.detail}` })
  const code = isAccessRefusal(reply) ? 'WHMCS_ACCESS_REFUSED' : MODULE_CODES[moduleVerdict(reply.message)]
  return new Failure(code, { detail: `AcceptOrder: ${reply.message}` })
}

const MODULE_CODES = {
  unreached: 'WHMCS_MODULE_UNREACHABLE',
  unknown: 'WHMCS_MODULE_UNKNOWN',
  refused: 'WHMCS_ACCEPT_FAILED',
} as const

/** Before a byte of the module's request went out: name resolution, connecting, the TLS handshake. */
const UNREACHED =
  /could ?n[o']t (?:resolve|connect)|failed to (?:connect|resolve)|unable to (?:connect|resolve)|connection refused|no route to host|(?:host|network) (?:is )?(?:unreachable|down)|name or service not known|name resolution|getaddrinfo|unknown host|no such host|ssl certificate problem|certificate (?:verify failed|has expired)|curl error:? ?#?(?:5|6|7|35|60)\b|\bE(?:CONNREFUSED|NOTFOUND|HOSTUNREACH|NETUNREACH|AI_AGAIN)\b/i
/** After it: the module's server may have gone on. */
const MAY_HAVE_RUN =
  /tim(?:ed?|ing)[ -]?out|deadline exceeded|connection (?:was )?(?:reset|closed|lost|aborted|terminated)|reset by peer|broken pipe|empty (?:reply|response)|no response|recv failure|send failure|unexpected (?:eof|end)|socket hang ?up|remote end closed|bad gateway|gateway error|internal server error|service (?:is )?(?:temporarily )?unavailable|temporar|try again|invalid (?:json|xml|response)|malformed|curl error:? ?#?(?:18|28|52|55|56|92)\b|\b(?:http|status|error|code)[ :=]*5\d\d\b|\bE(?:CONNRESET|TIMEDOUT|PIPE)\b/i

/** What the words of a module say of whether it ran. */
export function moduleVerdict(message: string): keyof typeof MODULE_CODES {
  if (UNREACHED.test(message)) return 'unreached'
  return MAY_HAVE_RUN.test(message) ? 'unknown' : 'refused'
}

/** AcceptOrder of an order that is not pending any more. */
export function isNotPending(reply: Reply): boolean {
  return reply.kind === 'error' && /status not pending/i.test(reply.message)
}

/**
 * WHMCS refuses us with status 403, or 400. With 200 the same words may be those of a hook or of a module that its own
 * server denies access: they must not stop everybody.
 */
export function isAccessRefusal({ message, status }: Refusal): boolean {
  return status === 200 ? API_ACCESS.test(message) : ACCESS.test(message)
}

function known(message: string): FailureCode | undefined {
  return TEXTS.find(([pattern]) => pattern.test(message))?.[1]
}
