/** Mutations of the doors. */
import { code } from './change.ts'
import type { Mutation } from './table.ts'

export const DOORS: Mutation[] = [
  { name: 'Ack before the commit', change: code(undefined, 'await recorder.record($M)', 'recorder.record($M)') },
  {
    name: 'Ack true when the ledger is unavailable',
    change: code(
      'toAnswer',
      "{ status: 503, result: 'try-again', body: ack('try-again') }",
      "{ status: 200, result: 'try-again', body: ack('stored') }",
    ),
  },
  {
    name: 'messages of any organisation are taken',
    change: code('isForeign', '!options.organizationIds.some($F)', 'false'),
  },
  {
    name: 'organisation ids are compared in any case',
    change: code('isForeign', '$A === $B', '$A.toLowerCase() === $B.toLowerCase()'),
  },
  { name: 'no key is asked for', change: code('authorize', 'if (key === undefined) return', 'return') },
  { name: 'a document type declaration is read', change: code(undefined, "parser.on('doctype', $H)", 'undefined') },
  {
    name: 'an id of a record may be anything',
    change: code('toNotification', 'toId18($A)', 'toId18($A) ?? $A'),
  },
  {
    name: 'an id of a notification may be anything',
    change: code(undefined, 'toId18(element.text.trim())', 'element.text.trim()'),
  },
  {
    name: 'a wrong checksum makes two ids of one',
    change: code('toId18', 'id.slice(0, 15) + checksum(id)', 'id.length === 18 ? id : id + checksum(id)'),
  },
  {
    name: 'more than a hundred notifications are taken',
    change: code('MAX_NOTIFICATIONS', '100', '1_000'),
  },
  { name: 'a body may be as large as it likes', change: code(undefined, 'if (size > limit) return $R', '') },
  {
    name: 'all bodies together may be as large as they like',
    change: code(undefined, 'if (inUse + chunk.length > budget) return $R', ''),
  },
  {
    name: 'the plain reader takes any end tag for the right one',
    change: code(undefined, '$A && text.startsWith(qname, at + 2)', '$A'),
  },
  {
    name: 'the plain reader takes references for text',
    change: code(undefined, 'UNUSUAL.test(text)', "UNUSUAL.test(text.replaceAll('&', ''))"),
  },
  {
    name: 'the plain reader lets prefixes go that nobody declared',
    change: code(undefined, "find(scope, prefix) ?? (prefix === '' ? '' : undefined)", "find(scope, prefix) ?? ''"),
  },
  {
    name: 'each look at our health is a line in the log',
    change: code('logAnswer', "$A ? 'debug' : 'info'", "'info'"),
  },
]
