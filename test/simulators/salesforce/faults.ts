import type { RecordError } from './collections.ts'

export type CallKind = 'oauth' | 'query' | 'queryMore' | 'composite' | 'collections' | 'setup'
type On = 'oauth' | 'query' | 'composite' | 'collections' | 'setup' | 'any'

/** A fault is used up after `times` calls (or records, for a record error): once when not said. */
export type Fault =
  | { on: On; kind: 'status'; status: number; body?: unknown; headers?: Record<string, string>; times?: number }
  | { on: On; kind: 'hang' | 'reset' | 'reset-after'; times?: number }
  | {
      on: 'composite' | 'collections'
      kind: 'record-error'
      recordId?: string
      statusCode: string
      message: string
      fields?: string[]
      times?: number
    }

export type CallFault = Exclude<Fault, { kind: 'record-error' }>

export interface Faults {
  push(fault: Fault): void
  clear(): void
}

/** Things that will go wrong, oldest first. */
export function createFaults() {
  let waiting: { fault: Fault; left: number }[] = []

  /** What happens to this call, if anything. */
  function takeForCall(call: CallKind): CallFault | undefined {
    const kind = call === 'queryMore' ? 'query' : call
    for (const entry of waiting) {
      const { fault } = entry
      if (fault.kind !== 'record-error' && (fault.on === 'any' || fault.on === kind)) return spend(entry, fault)
    }
    return undefined
  }

  /** What happens to this record: 'collections' means every such update, 'composite' only those inside a composite. */
  function takeForRecord(recordId: string, within: 'composite' | 'collections'): RecordError | undefined {
    for (const entry of waiting) {
      const { fault } = entry
      if (fault.kind !== 'record-error' || (fault.on === 'composite' && within !== 'composite')) continue
      if (fault.recordId !== undefined && fault.recordId.slice(0, 15) !== recordId.slice(0, 15)) continue
      const { statusCode, message, fields = [] } = spend(entry, fault)
      return { statusCode, message, fields }
    }
    return undefined
  }

  function spend<T>(entry: { left: number }, fault: T): T {
    entry.left--
    waiting = waiting.filter(({ left }) => left > 0)
    return fault
  }

  const faults: Faults = {
    push: (fault) => {
      waiting.push({ fault, left: fault.times ?? 1 })
    },
    clear: () => {
      waiting = []
    },
  }
  return { faults, takeForCall, takeForRecord }
}

/** The body Salesforce sends with a status, where a fault names none. */
export function defaultBody(status: number): unknown {
  const [errorCode, message] = usual[status] ?? ['UNKNOWN_EXCEPTION', 'An unexpected error occurred.']
  return [{ message, errorCode }]
}

const usual: Readonly<Record<number, readonly [string, string]>> = {
  401: ['INVALID_SESSION_ID', 'Session expired or invalid'],
  403: ['REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
  404: ['NOT_FOUND', 'The requested resource does not exist'],
  503: ['SERVER_UNAVAILABLE', 'Server unavailable, try again later'],
}
