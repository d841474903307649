import { unescape as percentDecode } from 'node:querystring'

/** A PHP array is an ordered map; keys are kept as text, '0' and 0 being one key in PHP too. */
export type PhpArray = Map<string, PhpValue>
export type PhpValue = string | PhpArray

// PHP's max_input_vars: what comes after the 1000th variable is dropped without an error.
const MAX_INPUT_VARS = 1000

/** What PHP finds in $_POST for a form-encoded body. */
export const decodeForm = (body: string): PhpArray => {
  const root: PhpArray = new Map()
  let seen = 0
  for (const pair of body.split('&')) {
    if (pair === '') continue
    seen += 1
    if (seen > MAX_INPUT_VARS) break
    const equals = pair.indexOf('=')
    const name = equals === -1 ? pair : pair.slice(0, equals)
    const value = equals === -1 ? '' : pair.slice(equals + 1)
    put(root, decode(name), decode(value))
  }
  return root
}

/** PHP's idea of true: everything but '', '0', an empty array and what is missing. So 'false' is true. */
export const truthy = (value: PhpValue | undefined): boolean =>
  typeof value === 'string' ? value !== '' && value !== '0' : value !== undefined && value.size > 0

/** A scalar parameter; an array or nothing is ''. */
export const text = (value: PhpValue | undefined): string => (typeof value === 'string' ? value : '')

/** PHP's (int) of a parameter, for ids and counts: leading digits, else 0. */
export const whole = (value: PhpValue | undefined): number => {
  const digits = /^\s*(\d{1,15})/.exec(text(value))?.[1]
  return digits === undefined ? 0 : Number(digits)
}

/** As json_encode sees it: keys 0..n-1 in order make a list, anything else an object. */
const toPlain = (value: PhpValue): unknown => {
  if (typeof value === 'string') return value
  if ([...value.keys()].every((key, index) => key === String(index))) return [...value.values()].map(toPlain)
  return toRecord(value)
}

export const toRecord = (value: PhpArray): Record<string, unknown> =>
  Object.fromEntries([...value].map(([key, item]) => [key, toPlain(item)]))

const decode = (raw: string): string =>
  raw.includes('+') || raw.includes('%') ? percentDecode(raw.replaceAll('+', ' ')) : raw

const put = (root: PhpArray, rawName: string, value: string): void => {
  const name = rawName.trimStart()
  const open = name.indexOf('[')
  if (open === -1 || !name.includes(']', open)) {
    const plain = variableName(name)
    if (plain !== '') root.set(plain, value)
    return
  }
  const base = variableName(name.slice(0, open))
  if (base === '') return

  let holder = root
  let key = base
  for (const segment of segments(name, open)) {
    holder = arrayAt(holder, key)
    key = segment === '' ? nextIndex(holder) : segment
  }
  holder.set(key, value)
}

/** 'pid[0][x]junk' gives '0', 'x'; what follows the last closing bracket is ignored. */
const segments = (name: string, open: number): string[] => {
  const found: string[] = []
  let at = open
  while (name[at] === '[') {
    const close = name.indexOf(']', at)
    if (close === -1) break
    found.push(name.slice(at + 1, close))
    at = close + 1
  }
  return found
}

/** The array under a key; a scalar that stood there is lost, as in PHP. */
const arrayAt = (holder: PhpArray, key: string): PhpArray => {
  const found = holder.get(key)
  if (found !== undefined && typeof found !== 'string') return found
  const made: PhpArray = new Map()
  holder.set(key, made)
  return made
}

const nextIndex = (array: PhpArray): string => {
  let next = 0
  for (const key of array.keys()) if (/^(0|[1-9]\d*)$/.test(key)) next = Math.max(next, Number(key) + 1)
  return String(next)
}

// Variable names can't hold these, so PHP renames them.
const variableName = (name: string): string => name.replace(/[ .[]/g, '_')
