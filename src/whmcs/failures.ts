/** What WHMCS's answers mean for us. There are no codes, only English texts, whose case varies. */
import type { FailureCode } from '../domain/codes.ts'
import { Failure } from '../domain/failure.ts'
import type { Reply } from './client.ts'

const TEXTS: [RegExp, FailureCode][] = [
  [
    /^invalid ip|authentication failed|invalid or missing credentials|access denied|invalid password provided|administrator account disabled|ip banned|invalid permissions|invalid api action|api function not found|command not found/i,
    'WHMCS_ACCESS_REFUSED',
  ],
  [/^client id not found|^client not found|client status is closed/i, 'WHMCS_CLIENT_UNKNOWN'],
  [/^invalid payment method/i, 'WHMCS_PAYMENT_METHOD'],
  [
    /^no items added to cart|^expecting parameter|^(?:product|addon|service) id (?:invalid|not found|not owned)/i,
    'WHMCS_ORDER_REFUSED',
  ],
]

type Unsuccessful = Exclude<Reply, { kind: 'success' }>

/** A question that changes nothing: whatever went wrong, ask again. */
export function readFailure(action: string, reply: Unsuccessful): Failure {
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail: `${action}: ${reply.detail}` })
  if (reply.kind === 'unclear') return new Failure('WHMCS_UNAVAILABLE', { detail: `${action}: ${reply.detail}` })
  return new Failure(known(reply.message) ?? 'WHMCS_UNAVAILABLE', { detail: `${action}: ${reply.message}` })
}

/** AddOrder: only a refusal whose text is known to come before the work is a clear no. */
export function addFailure(reply: Unsuccessful): Failure {
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail: `AddOrder: ${reply.detail}` })
  const detail = `AddOrder: ${reply.kind === 'error' ? reply.message : reply.detail}`
  const code = reply.kind === 'error' ? known(reply.message) : undefined
  return new Failure(code ?? 'WHMCS_OUTCOME_UNKNOWN', { detail })
}

/**
 * AcceptOrder: any other refusal is a module's own text; the order stays pending. A module's server may deny its
 * module access in the same words: that must not stop all orders, so that of WHMCS itself counts with its status alone.
 */
export function acceptFailure(reply: Unsuccessful): Failure {
  if (reply.kind === 'not-sent') return new Failure('WHMCS_UNREACHABLE', { detail: `AcceptOrder: ${reply.detail}` })
  if (reply.kind === 'unclear') return new Failure('WHMCS_OUTCOME_UNKNOWN', { detail: `AcceptOrder: ${reply.detail}` })
  const passing = /timed? ?out|temporar|try again|connection (?:refused|reset)|could not connect/i.test(reply.message)
  const refused = reply.status === 200 ? undefined : known(reply.message)
  const code = refused ?? (passing ? 'WHMCS_OUTCOME_UNKNOWN' : 'WHMCS_ACCEPT_FAILED')
  return new Failure(code, { detail: `AcceptOrder: ${reply.message}` })
}

/** AcceptOrder of an order that is not pending any more. */
export function isNotPending(reply: Reply): boolean {
  return reply.kind === 'error' && /status not pending/i.test(reply.message)
}

function known(message: string): FailureCode | undefined {
  return TEXTS.find(([pattern]) => pattern.test(message))?.[1]
}
