/**
 * A sweep has no notification id of Salesforce. Its own is made of the record and of the change that was found, so that the
 * same change is recorded once, whoever finds it, and however often.
 */
import { createHash } from 'node:crypto'
import { toId18 } from '../../domain/salesforce-id.ts'

/** Salesforce's own begin with 04l, the key prefix of a notification: these can't meet them. */
const PREFIX = 'swp'
const LENGTH = 12
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 18 characters, the last three the checksum that Salesforce's ids have. */
export function sweepNotificationId(recordId: string, changedAt: Date): string {
  const digest = createHash('sha256').update(`${recordId} ${changedAt.toISOString()}`).digest('hex')
  let [number, text] = [BigInt(`0x${digest}`), '']
  for (; text.length < LENGTH; number /= 62n) text += DIGITS.charAt(Number(number % 62n))
  return toId18(PREFIX + text) ?? ''
}
