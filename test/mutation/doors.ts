/** Mutations of the doors, and of the listeners that they are on. */
import { code } from './change.ts'
import type { Mutation } from './table.ts'

export const DOORS: Mutation[] = [
  { name: 'Ack before the commit', change: code('receive', 'await commit($M)', 'commit($M)') },
  {
    name: 'Ack true when the ledger is unavailable',
    change: code(
      'answerTo',
      "{ status: 503, result: 'try-again', body: ack('try-again') }",
      "{ status: 200, result: 'try-again', body: ack('stored') }",
    ),
  },
  {
    name: 'messages of any organisation are taken',
    change: code('whose', 'options.organizationIds().some($F)', 'true'),
  },
  {
    name: 'organisation ids are compared in any case',
    change: code('whose', '$A === $B', '$A.toLowerCase() === $B.toLowerCase()'),
    by: ['e2e/refusals'],
  },
  {
    name: 'a stranger is looked at when all of his message has been read',
    change: code('readEnvelope', 'if (organizationId !== undefined) take = begin(organizationId)', ''),
  },
  { name: 'no key is asked for', change: code('checkKey', 'if (key === undefined) return', 'return') },
  { name: 'a document type declaration is read', change: code(undefined, "parser.on('doctype', $H)", 'undefined') },
  {
    name: 'an id of a record may be anything',
    change: code('toNotification', 'toId18($A)', 'toId18($A) ?? $A'),
  },
  {
    name: 'an id of a notification may be anything',
    change: code('id', 'toId18(trimXml(element.text))', 'trimXml(element.text)'),
  },
  {
    name: 'a wrong checksum makes two ids of one',
    change: code('toId18', 'id.slice(0, 15) + checksum(id)', 'id.length === 18 ? id : id + checksum(id)'),
  },
  {
    name: 'more than a hundred notifications are taken',
    change: code('MAX_NOTIFICATIONS', '100', '1_000'),
  },
  {
    name: 'white space of JavaScript is white space of XML',
    change: code('trimXml', "text.replace(OUTER_SPACE, '')", 'text.trim()'),
  },
  {
    name: 'what is nil may have content',
    change: code('createReader', 'element.nil && $A', 'element.children.length < 0'),
  },
  { name: 'a body may be as large as it likes', change: code(undefined, 'if (size > limit) return $R', '') },
  {
    name: 'all bodies together may be as large as they like',
    change: code('createBudget', 'used + bytes <= total && $A', '$A'),
  },
  {
    name: 'one sender may have all of the memory',
    change: code('withinShare', 'own === 0 || own + bytes <= total / 2', 'true'),
  },
  {
    name: 'a body may be as slow as it likes',
    change: code('createSpeedGuard', 'elapsed > graceMs && arriving.size < expected', 'false'),
  },
  {
    name: 'a value of another type is taken for one of its own',
    change: code('typedJson', 'if (!lexical.test(value)) return undefined', ''),
  },
  {
    name: 'every refusal is a line in the log',
    change: code('createSampledLog', 'if (window.lines <= most) $L', 'log[level](object, message)'),
  },
  {
    name: 'an id that was used again is not told',
    change: code('note', 'if (conflicting > 0) $R', ''),
  },
  {
    name: 'a client that closes its side gets no Ack',
    change: code('createListener', 'answerHalfClosed(app.server)', ''),
  },
  { name: 'two Host headers are taken', change: code('refuseTwoHosts', 'hosts > 1', 'hosts > 2') },
  {
    name: 'one address may have all connections',
    change: code('limitConnections', 'open.of(network) >= mostOfAddress', 'open.of(network) >= most'),
  },
  {
    name: 'the public hears why it is not ready',
    change: code('publicHealth', '$R.send({ ready })', '$R.send(await check())'),
  },
  {
    name: 'each look at our health is a line in the log',
    change: code('logAnswer', 'request.log.debug($F, $M)', 'request.log.info($F, $M)'),
  },
  {
    name: 'an outbound message comes from anywhere',
    change: code('authorize', "if (!gate.admits(request)) throw new Refused('not admitted')", ''),
    by: ['service/gates'],
  },
  {
    name: 'a list of addresses is taken while it is written',
    change: code('reloaded', 'if (!settled || name === known) return', 'if (name === known) return'),
  },
  {
    name: 'a client certificate may be signed by one who may not sign',
    change: code('hasSigned', 'authority.ca && $A && $B', '$A && $B'),
  },
  {
    name: 'a client certificate may be signed by a namesake',
    change: code('hasSigned', '$C && $A && certificate.verify(authority.publicKey)', '$C && $A'),
  },
  {
    name: 'a handshake counts with authorities that were taken away since',
    change: code('verified', '$A !== undefined && authorities.get($K) === $B', '$A !== undefined'),
  },
  {
    name: 'the header with a client certificate is read from anybody',
    change: code('refusal', 'header?.proxies.allowed(socket.remoteAddress)', 'header'),
  },
]
