/** What whoever clicked is answered, by where the order stands. */
import { CODES } from '../../domain/codes.ts'
import type { OrderStatus } from '../../domain/order-status.ts'
import { Problem, problemBody } from '../../runtime/problem.ts'
import type { Answer } from './ports.ts'

export interface Asked {
  orderId: string
  /** Where its status can be asked for. */
  statusUrl: string
}

/** `now`: nothing is known yet of the work that was just asked for. `end`: it has come to its end. */
export function answerTo({ orderId, statusUrl }: Asked, status: OrderStatus | undefined, when: 'now' | 'end'): Answer {
  if (status?.status === 'Provisioned') return provisioned(status)
  if (when === 'end')
    return failed(status?.failure ?? { code: 'RECORD_DELETED', message: CODES.RECORD_DELETED.meaning })
  return { status: 202, body: { orderId, status: 'Activating', statusUrl } }
}

function provisioned({ orderId, whmcsOrderId }: OrderStatus): Answer {
  const body = { success: true, orderId, status: 'Provisioned', ...(whmcsOrderId !== undefined && { whmcsOrderId }) }
  return { status: 200, body }
}

function failed({ code, message }: { code: string; message: string }): Answer {
  return { status: 422, body: problemBody(new Problem(422, code, message)) }
}
