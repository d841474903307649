/** What went wrong with a request, for whoever sent it: RFC 9457, `application/problem+json`, with a code of ours. */
import { STATUS_CODES } from 'node:http'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Its message goes back to the sender, as `detail`. */
export class Problem extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.code = code
  }
}

export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  code: string
}

/** `type` is `about:blank`: the title is the status's own, and `code` says which of them it is. */
export function problemBody({ status, code, message }: Problem): ProblemBody {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail: message, code }
}
