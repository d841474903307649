import type { PhpArray, PhpValue } from './php-form.ts'

/**
 * `customfields`: base64 of PHP's serialize() of fieldId => value. What unserialize() would refuse - a length counted in
 * characters instead of bytes, say - yields no fields and no error, which is what makes that mistake so quiet.
 */
export const decodeFields = (base64: string): Record<string, string> => {
  const array = unserialize(base64)
  if (array === undefined) return {}
  const scalars = [...array].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(scalars)
}

/** The array in a serialize()d value; undefined where PHP says false or finds something else than an array. */
export const unserialize = (base64: string): PhpArray | undefined => {
  const bytes = Buffer.from(base64, 'base64')
  // One character per byte, so that positions and lengths are bytes.
  const reader = { source: bytes.toString('latin1'), at: 0 }
  try {
    const value = readValue(reader)
    return typeof value === 'string' ? undefined : value
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

interface Reader {
  source: string
  at: number
}

const readValue = (reader: Reader): PhpValue => {
  const type = take(reader, 2)
  if (type === 'i:' || type === 'd:' || type === 'b:') return until(reader, ';')
  if (type === 'N;') return ''
  if (type === 's:') return readString(reader)
  if (type === 'a:') return readArray(reader)
  throw new SyntaxError(`no such type: ${type}`)
}

const readString = (reader: Reader): string => {
  const length = count(until(reader, ':'))
  expect(reader, '"')
  const value = take(reader, length)
  expect(reader, '";')
  return Buffer.from(value, 'latin1').toString('utf8')
}

const readArray = (reader: Reader): PhpArray => {
  const length = count(until(reader, ':'))
  const array: PhpArray = new Map()
  expect(reader, '{')
  for (let index = 0; index < length; index += 1) {
    const key = readValue(reader)
    if (typeof key !== 'string') throw new SyntaxError('an array as a key')
    array.set(key, readValue(reader))
  }
  expect(reader, '}')
  return array
}

const take = (reader: Reader, length: number): string => {
  const taken = reader.source.slice(reader.at, reader.at + length)
  if (taken.length < length) throw new SyntaxError('too short')
  reader.at += length
  return taken
}

const expect = (reader: Reader, wanted: string): void => {
  if (take(reader, wanted.length) !== wanted) throw new SyntaxError(`expected ${wanted}`)
}

const until = (reader: Reader, mark: string): string => {
  const end = reader.source.indexOf(mark, reader.at)
  if (end === -1) throw new SyntaxError(`expected ${mark}`)
  const taken = reader.source.slice(reader.at, end)
  reader.at = end + mark.length
  return taken
}

const count = (digits: string): number => {
  if (!/^\d{1,9}$/.test(digits)) throw new SyntaxError('not a length')
  return Number(digits)
}
