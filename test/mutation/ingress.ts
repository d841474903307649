/** Mutations of the door. */
import type { Mutation } from './table.ts'

const file = 'src/doors/outbound-message/route.ts'
const tests = ['test/doors/outbound-message/route.test.ts']
const refusals = ['test/e2e/refusals.test.ts']
const plain = 'src/doors/outbound-message/plain-xml.ts'
const plainly = ['test/doors/outbound-message/plain-xml.test.ts']

export const INGRESS: Mutation[] = [
  {
    name: 'Ack before the commit',
    file,
    find: "          const { duplicates } = await recorder.record(message)\n          await reply.code(200).type(XML_TYPE).send(ack('stored'))\n",
    replace:
      "          await reply.code(200).type(XML_TYPE).send(ack('stored'))\n          const { duplicates } = await recorder.record(message)\n",
    tests,
  },
  {
    name: 'Ack true when the ledger is unavailable',
    file,
    find: "return { status: 503, result: 'try-again', body: ack('try-again') }",
    replace: "return { status: 200, result: 'try-again', body: ack('stored') }",
    tests,
  },
  {
    name: 'messages of any organisation are taken',
    file,
    find: 'id.slice(0, 15) === organizationId.slice(0, 15)',
    replace: 'id !== organizationId.slice(0, 1)',
    tests: refusals,
  },
  {
    name: 'organisation ids are compared in any case',
    file,
    find: 'id.slice(0, 15) === organizationId.slice(0, 15)',
    replace: 'id.slice(0, 15).toLowerCase() === organizationId.slice(0, 15).toLowerCase()',
    tests: refusals,
  },
  {
    name: 'no key is asked for',
    file,
    find: '        authorize(request, options.key)\n        checkHeaders(request)\n',
    replace: '        checkHeaders(request)\n',
    tests: refusals,
  },
  {
    name: 'a document type declaration is read',
    file: 'src/doors/outbound-message/xml.ts',
    find: "  parser.on('doctype', () => refuse('a document type declaration is not allowed'))\n",
    replace: '',
    tests: ['test/doors/outbound-message/xml.test.ts'],
  },
  {
    name: 'an id of a record may be anything',
    file: 'src/doors/outbound-message/envelope.ts',
    find: "if (recordId === undefined) throw new Malformed('the Id of an sObject is not a Salesforce id')\n  return { notificationId, recordType, recordId, fields }",
    replace: 'return { notificationId, recordType, recordId: recordId ?? rawId, fields }',
    tests: ['test/doors/outbound-message/envelope-refusals.test.ts', ...refusals],
  },
  {
    name: 'an id of a notification may be anything',
    file: 'src/doors/outbound-message/envelope.ts',
    find: 'const id18 = toId18(element.text.trim())',
    replace: 'const id18 = element.text.trim()',
    tests: ['test/doors/outbound-message/envelope-refusals.test.ts', ...refusals],
  },
  {
    name: 'a wrong checksum makes two ids of one',
    file: 'src/domain/salesforce-id.ts',
    find: 'return id.slice(0, 15) + checksum(id)',
    replace: 'return id.length === 18 ? id : id + checksum(id)',
    tests: ['test/domain/salesforce-id.test.ts'],
  },
  {
    name: 'more than a hundred notifications are taken',
    file: 'src/doors/outbound-message/envelope.ts',
    find: 'const MAX_NOTIFICATIONS = 100',
    replace: 'const MAX_NOTIFICATIONS = 1_000',
    tests: ['test/doors/outbound-message/envelope-refusals.test.ts', ...refusals],
  },
  {
    name: 'a body may be as large as it likes',
    file: 'src/doors/outbound-message/body.ts',
    find: '          if (size > limit) return refuse(new TooLarge())\n',
    replace: '',
    tests: ['test/doors/outbound-message/body.test.ts'],
  },
  {
    name: 'all bodies together may be as large as they like',
    file: 'src/doors/outbound-message/body.ts',
    find: '          if (inUse + chunk.length > budget) return refuse(new Overloaded())\n',
    replace: '',
    tests: ['test/doors/outbound-message/body.test.ts'],
  },
  {
    name: 'the plain reader takes any end tag for the right one',
    file: plain,
    find: ' && text.startsWith(qname, at + 2)',
    replace: '',
    tests: plainly,
  },
  {
    name: 'the plain reader takes references for text',
    file: plain,
    find: '\\x1f&\\ufffe',
    replace: '\\x1f\\ufffe',
    tests: plainly,
  },
  {
    name: 'the plain reader lets prefixes go that nobody declared',
    file: plain,
    find: "find(scope, prefix) ?? (prefix === '' ? '' : undefined)",
    replace: "find(scope, prefix) ?? ''",
    tests: plainly,
  },
  {
    name: 'the plain reader forgets the namespaces outside',
    file: plain,
    find: 'outer: scope,',
    replace: 'outer: undefined,',
    tests: plainly,
  },
]
