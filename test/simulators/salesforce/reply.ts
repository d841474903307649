/** What an API call answers. An error's body is the list that Salesforce sends. */
export interface Reply {
  status: number
  body: unknown
}

export function ok(body: unknown): Reply {
  return { status: 200, body }
}

export function error(status: number, errorCode: string, message: string): Reply {
  return { status, body: [{ message, errorCode }] }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
