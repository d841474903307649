/** The headers of a signed request. The package for Salesforce sends exactly these: a test holds it against this file. */
import type { IncomingHttpHeaders } from 'node:http'
import { Refused } from './refused.ts'

export const HEADERS = {
  signature: 'X-SF-Signature',
  timestamp: 'X-SF-Timestamp',
  nonce: 'X-SF-Nonce',
  key: 'Idempotency-Key',
} as const
export const PREFER = 'Prefer'

export interface Head {
  signature: string
  /** As it was sent, and what it means. */
  timestamp: string
  sentAt: Date
  nonce: string
  key: string
  /** How long the sender wants to wait for the end, ms. */
  waitMs: number
}

const LONGEST_WAIT_SECONDS = 60
const VISIBLE = /^[\x21-\x7e]{1,255}$/
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|\+00:00)$/

export function readHead(headers: IncomingHttpHeaders): Head {
  const timestamp = textOf(headers, HEADERS.timestamp)
  const sentAt = new Date(timestamp)
  if (!UTC.test(timestamp) || Number.isNaN(sentAt.getTime())) {
    throw new Refused('click_headers', `${HEADERS.timestamp} is not a time such as 2026-11-25T10:00:00.000Z`)
  }
  return {
    signature: textOf(headers, HEADERS.signature),
    timestamp,
    sentAt,
    nonce: visible(headers, HEADERS.nonce),
    key: visible(headers, HEADERS.key),
    waitMs: waitOf(headers) * 1_000,
  }
}

function textOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name.toLowerCase()]
  if (typeof value !== 'string' || value === '') throw new Refused('click_headers', `the header ${name} is missing`)
  return value
}

function visible(headers: IncomingHttpHeaders, name: string): string {
  const value = textOf(headers, name)
  if (!VISIBLE.test(value)) throw new Refused('click_headers', `${name} is not 1 to 255 visible characters`)
  return value
}

/** RFC 7240. What can't be understood is no reason to refuse: it is a wish. */
function waitOf(headers: IncomingHttpHeaders): number {
  const wishes = String(headers[PREFER.toLowerCase()] ?? '')
  const [, seconds = '0'] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(wishes) ?? []
  return Math.min(Number(seconds), LONGEST_WAIT_SECONDS)
}
