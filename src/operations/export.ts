/** Notifications for other programs: a spreadsheet, or a line of JSON each. Read page by page, however many they are. */
import type { Filter } from './filter.ts'
import type { ListPort, Place } from './list.ts'
import type { Notification } from './notification.ts'
import { Refusal } from './refusal.ts'
import { NEWEST_FIRST } from './sort.ts'
import { toWire } from './wire.ts'

const FORMATS = ['csv', 'ndjson'] as const
const PAGE = 500

type ExportFormat = (typeof FORMATS)[number]

const COLUMNS = [
  'organizationId',
  'notificationId',
  'source',
  'recordType',
  'recordId',
  'orderNumber',
  'accountName',
  'state',
  'step',
  'priority',
  'attempts',
  'errorCode',
  'errorMessage',
  'whmcsOrderId',
  'receivedAt',
  'nextAttemptAt',
  'finalizedAt',
] as const satisfies readonly (keyof Notification)[]

export function readFormat(text: string): ExportFormat {
  const format = FORMATS.find((one) => one === text)
  if (format === undefined) throw new Refusal('invalid', `format: '${text}' is none of ${FORMATS.join(', ')}`)
  return format
}

/** Pieces of text, the newest first. An NDJSON that does not end with `{"end":true}` is not whole. */
export async function* exportNotifications(
  ledger: ListPort,
  { filter, format }: { filter: Filter; format: ExportFormat },
): AsyncGenerator<string, void> {
  const lineOf = format === 'csv' ? toCsv : toNdjson
  // Excel takes UTF-8 for another encoding without the mark.
  if (format === 'csv') yield `\ufeff${COLUMNS.join(',')}\r\n`
  let rows = 0
  let before: Place | undefined
  do {
    const page = await ledger.list(filter, { most: PAGE, sort: NEWEST_FIRST, before })
    rows += page.length
    if (page.length > 0) yield page.map(({ notification }) => lineOf(notification)).join('')
    const last = page.length < PAGE ? undefined : page.at(-1)
    before = last && {
      microseconds: last.microseconds,
      notificationId: last.notification.notificationId,
    }
  } while (before !== undefined)
  if (format === 'ndjson') yield `${JSON.stringify({ end: true, rows })}\n`
}

function toNdjson(notification: Notification): string {
  return `${JSON.stringify(toWire(Object.fromEntries(COLUMNS.map((name) => [name, notification[name]]))))}\n`
}

function toCsv(notification: Notification): string {
  return `${COLUMNS.map((name) => cell(notification[name])).join(',')}\r\n`
}

/** What a spreadsheet would take for a formula begins with an apostrophe: it is text then. */
function cell(value: string | number | Date | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value instanceof Date ? value.toISOString() : value
  const safe = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
