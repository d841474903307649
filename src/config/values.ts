/** How the text of a setting becomes its value. Each throws an Error whose message ends the sentence "NAME ...". */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Mapping } from '../domain/mapping.ts'
import { toId18 } from '../domain/salesforce-id.ts'
import { readMapping } from './mapping.ts'

export function some(text: string): string {
  return matching(text, /\S/, 'is blank')
}

export function matching(text: string, pattern: RegExp, otherwise: string): string {
  if (!pattern.test(text)) throw new Error(otherwise)
  return text
}

export function integer(text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= least && number <= most)) throw new Error(`is not a whole number from ${least} to ${most}`)
  return number
}

export function oneOf<const T extends string>(text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new Error(`is none of ${choices.join(', ')}`)
  return found
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of `500ms`, `5s`, `2m`, `1h`, `1d`. */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? []
  const factor = UNITS[unit ?? '']
  if (amount === undefined || factor === undefined)
    throw new Error(`'${text}' is not a duration such as 500ms, 5s, 2m, 1h`)
  return Number(amount) * factor
}

export function url(text: string, protocols: string[]): string {
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol))
    throw new Error(`is not a URL of ${protocols.join(' or ')}`)
  return text
}

/** Tokens and secrets travel there: plain http is for the own machine only. */
export function secureUrl(text: string): string {
  url(text, ['https:', 'http:'])
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname)
  if (protocol === 'http:' && !loopback) throw new Error('must be https (http only for loopback)')
  // fetch refuses such an address, and an error would show it.
  if (username || password) throw new Error('must not have a user or a password')
  if (search || hash) throw new Error('must not have a query or a fragment')
  return text.replace(/\/+$/, '')
}

export function organization(text: string): string {
  const id = toId18(text)
  if (id === undefined || !text.startsWith('00D'))
    throw new Error('is not an organisation id (00D..., 15 or 18 characters)')
  return id
}

export function sessionKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32) throw new Error('is not 32 bytes in base64: make one with openssl rand -base64 32')
  return key
}

export function privateKey(path: string): KeyObject {
  return createPrivateKey(readText(path))
}

export function mappingFile(path: string): Mapping {
  const { mapping, problems } = readMapping(readText(path))
  if (problems.length > 0) throw new Error(`(${path}) has problems: ${problems.join('; ')}`)
  return mapping
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`can't be read: ${error instanceof Error ? error.message : error}`)
  }
}
