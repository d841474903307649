/**
 * Notification ids of doors that get none of Salesforce: made of what happened, so that the same thing is recorded once,
 * whoever finds it, and however often.
 */
import { createHash } from 'node:crypto'
import { toId18 } from '../domain/salesforce-id.ts'

/** Salesforce's own begin with 04l, the key prefix of a notification: these can't meet them. */
export const SWEEP = 'swp'
export const PLATFORM_EVENT = 'pev'
export const CHANGE_EVENT = 'cev'
export const QUICK_ACTION = 'qac'
const LENGTH = 12
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 18 characters, the last three the checksum that Salesforce's ids have. */
export function derivedId(prefix: string, of: string): string {
  const digest = createHash('sha256').update(of).digest('hex')
  let [number, text] = [BigInt(`0x${digest}`), '']
  for (; text.length < LENGTH; number /= 62n) text += DIGITS.charAt(Number(number % 62n))
  return toId18(prefix + text) ?? ''
}
