const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const checksum = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

/** What an id is of, said by its first three characters. */
export const prefixes = {
  Account: '001',
  Organization: '00D',
  User: '005',
  Order: '801',
  OrderItem: '802',
  Product2: '01t',
  PricebookEntry: '01u',
  Action: '04k',
  Notification: '04l',
  QueryLocator: '01g',
  WorkflowOutboundMessage: '04k',
  Flow: '301',
  WorkflowRule: '01Q',
} as const

export type IdKind = keyof typeof prefixes

/** Returns the next id of a kind, 18 characters long. */
export type NextId = (kind: IdKind) => string

/** The seed sits in every id, so that two simulators (two runs against one database) never make the same one. */
export function createIds(seed: number): NextId {
  const last = new Map<IdKind, number>()
  const instance = base62(Math.abs(Math.trunc(seed)), 5)
  return (kind) => {
    const n = (last.get(kind) ?? 0) + 1
    last.set(kind, n)
    return to18(`${prefixes[kind]}${instance}${base62(n, 7)}`)
  }
}

/** A 15-character id with the three characters that make it safe where case is lost. */
export function to18(id15: string): string {
  const chunks = [id15.slice(0, 5), id15.slice(5, 10), id15.slice(10, 15)]
  return id15 + chunks.map(checksumOf).join('')
}

/** The part that identifies, in either form: case counts in it. */
export function to15(id: string): string {
  return id.slice(0, 15)
}

export function isId(text: string): boolean {
  return /^[a-zA-Z0-9]{15}$/.test(text) || (/^[a-zA-Z0-9]{18}$/.test(text) && to18(to15(text)) === text)
}

function checksumOf(chunk: string): string {
  const bits = [...chunk].reduce((sum, char, at) => (/[A-Z]/.test(char) ? sum + 2 ** at : sum), 0)
  return checksum.charAt(bits)
}

function base62(value: number, width: number): string {
  let text = ''
  for (let rest = value; text.length < width; rest = Math.floor(rest / 62)) text = digits.charAt(rest % 62) + text
  return text
}
