/** How a refusal of an operation is answered over HTTP. */
import { Refusal, type RefusalKind } from '../operations/refusal.ts'
import { Problem } from '../runtime/problem.ts'

const STATUSES: Record<RefusalKind, [number, string]> = {
  invalid: [400, 'BAD_REQUEST'],
  unknown: [404, 'NOT_FOUND'],
  conflict: [409, 'STATE_CONFLICT'],
  contradicted: [422, 'CONTRADICTED'],
}

/** Undefined: it is none. */
export function refusalProblem(error: unknown): Problem | undefined {
  if (!(error instanceof Refusal)) return undefined
  const [status, code] = STATUSES[error.kind]
  return new Problem(status, code, error.message)
}
