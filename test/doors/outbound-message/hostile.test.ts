import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { readContract } from '../../../src/doors/outbound-message/contract.ts'
import { around, WORST } from '../../bench/worst-bodies.ts'
import { type DoorOptions, fieldsOf, openDoor } from '../../helpers/door.ts'
import { envelope, readAny } from '../../helpers/envelopes.ts'
import { turnsDuring } from '../../helpers/turns.ts'

const MIB = 1024 * 1024
/** Bytes that are parsed in one turn. */
const SLICE = 32 * 1024
const XML = { 'content-type': 'text/xml; charset=UTF-8' }
const VALUE = 'a-value-that-nobody-may-see-again'
const valid = envelope({ fields: `<sf:Status>${VALUE}</sf:Status>` })
const fixture = new URL('../../../fixtures/salesforce/message-single.xml', import.meta.url)
const wsdl = new URL('../../../wsdl/order.wsdl', import.meta.url).pathname

const ENTITIES = Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')
const after = (prologue: string) => valid.replace('?>', `?>${prologue}`)
const field = (text: string) => envelope({ fields: text })

/** Each with the words that the sender gets to read. */
const HOSTILE: [string, string | Buffer, RegExp][] = [
  ['a billion laughs', after(`<!DOCTYPE a [<!ENTITY l0 "lol">${ENTITIES}]>`), /document type declaration/],
  ['quadratic growth', after(`<!DOCTYPE a [<!ENTITY a "${'x'.repeat(50_000)}">]>`), /document type declaration/],
  ['a file', after('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), /document type declaration/],
  ['a parameter entity', after('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]>'), /document type/],
  ['an external DTD', after('<!DOCTYPE a PUBLIC "-//A//B" "http://127.0.0.1:1/a.dtd">'), /document type declaration/],
  ['an entity that nobody declared', field('<sf:A>&xxe;</sf:A>'), /not well-formed XML/],
  ['entities named like parts of objects', field('<sf:A>&constructor;&__proto__;</sf:A>'), /not well-formed XML/],
  ['a style sheet', after('<?xml-stylesheet href="file:///etc/passwd"?>'), /processing instruction/],
  ['elements in elements', field('<sf:A>'.repeat(10_000)), /nested too deeply/],
  ['elements in the envelope', `<a>${'<b>'.repeat(10_000)}`, /nested too deeply/],
  ['attributes', field(`<sf:A ${Array.from({ length: 10_000 }, (_, i) => `a${i}=""`).join(' ')}/>`), /too many attr/],
  ['an attribute twice', field('<sf:A a="" a=""/>'), /not well-formed XML/],
  ['a huge name', field(`<sf:${'x'.repeat(100_000)}/>`), /name of an element is too long/],
  ['a huge attribute name', field(`<sf:A ${'x'.repeat(100_000)}=""/>`), /attribute is too long/],
  ['a huge attribute', field(`<sf:A a="${'x'.repeat(100_000)}"/>`), /attribute is too long/],
  ['a huge namespace', field(`<sf:A xmlns:a="${'x'.repeat(100_000)}"/>`), /attribute is too long/],
  ['a huge text', field(`<sf:A>${'x'.repeat(2 * MIB)}</sf:A>`), /too long/],
  [
    'a text in two pieces',
    field(`<sf:A>${'x'.repeat(800_000)}<!---->${'x'.repeat(800_000)}</sf:A>`),
    /a text is too long/,
  ],
  ['a text in many pieces', field(`<sf:A>${'x<!---->'.repeat(200_000)}${'x'.repeat(2 * MIB)}</sf:A>`), /too long/],
  [
    'many long texts',
    field(Array.from({ length: 3 }, (_, i) => `<sf:A${i}>${'x'.repeat(MIB)}</sf:A${i}>`).join('')),
    /characters/,
  ],
  ['too many fields', field(Array.from({ length: 2_001 }, (_, i) => `<sf:A${i}/>`).join('')), /more than 2000 fields/],
  ['millions of elements', field('<sf:A/>'.repeat(1_000_000)), /more than 250000 elements/],
  ['millions of comments', field('<!---->'.repeat(1_000_000)), /more than 250000 elements/],
  ['a namespace for __proto__, unknown', field('<__proto__:A/>'), /not well-formed XML/],
  ['a type with a prefix of an object', valid.replace('sf:Order', 'constructor:Order'), /no xsi:type/],
  [
    'a record type of an object',
    valid.replace('sf:Order', 'sf:constructor'),
    /of type constructor; this endpoint takes/,
  ],
  ['NUL', field('<sf:A>a\u0000b</sf:A>'), /not well-formed XML/],
  ['NUL by reference', field('<sf:A>&#0;</sf:A>'), /not well-formed XML/],
  ['a control character', field('<sf:A>\u0008</sf:A>'), /not well-formed XML/],
  ['a control character by reference', field('<sf:A>&#x1F;</sf:A>'), /not well-formed XML/],
  ['half a character by reference', field('<sf:A>&#xD83D;&#xDE00;</sf:A>'), /not well-formed XML/],
  ['a character beyond all', field('<sf:A>&#x110000;</sf:A>'), /not well-formed XML/],
  ['no character', field('<sf:A>\uffff</sf:A>'), /not well-formed XML/],
  ['UTF-16', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(valid, 'utf16le')]), /not UTF-8/],
  [
    'UTF-16, the other way',
    Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(valid, 'utf16le').swap16()]),
    /not UTF-8/,
  ],
  ['UTF-16 without a mark', Buffer.from(valid, 'utf16le'), /not well-formed XML/],
  ['UTF-16 by declaration', valid.replace('UTF-8', 'UTF-16'), /declared encoding is not UTF-8/],
  ['Latin-1', Buffer.from(field('<sf:A>é</sf:A>'), 'latin1'), /not UTF-8/],
  ['Latin-1 by declaration', valid.replace('UTF-8', 'ISO-8859-1'), /declared encoding is not UTF-8/],
  ['UTF-7 by declaration', valid.replace('UTF-8', 'UTF-7'), /declared encoding is not UTF-8/],
  [
    'a character in too many bytes',
    Buffer.from(field('<sf:A>@</sf:A>').replace('@', '\xc0\xbc'), 'latin1'),
    /not UTF-8/,
  ],
  [
    'half a character in bytes',
    Buffer.from(field('<sf:A>@</sf:A>').replace('@', '\xed\xa0\xbd'), 'latin1'),
    /not UTF-8/,
  ],
  ['nothing', '', /not well-formed XML/],
  ['JSON', '{"a":1}', /not well-formed XML/],
  ['gzip without saying so', gzipSync(valid), /not UTF-8/],
]

t.test('a hostile body gets a Fault that says what was wrong and nothing else, and leaves nothing', async (t) => {
  const { post, door } = await build(t)
  for (const [what, body, reason] of HOSTILE) {
    const reply = await post(body)
    t.match(reply, { status: 500, code: 'soapenv:Client', reason }, what)
    t.ok(reply.text.length < 600, `${what}: briefly`)
    t.notMatch(
      reply.text,
      /node_modules|\bat [\w.]+ \(|\.ts\b|\/work|passwd|secret|a-value/,
      `${what}: nothing of us or of it`,
    )
  }
  t.same(door.recorded, [])
  t.match(await post(valid), { status: 200 }, 'and the next one is taken')
})

t.test('names that objects have are fields like any other', async (t) => {
  const { post, door } = await build(t)
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'then']
  t.match(await post(field(names.map((name) => `<sf:${name}>x</sf:${name}>`).join(''))), { status: 200 })
  const fields = fieldsOf(door.recorded[0])
  t.same(
    Object.keys(fields).filter((name) => names.includes(name)),
    names,
  )
  t.equal(Object.getPrototypeOf({}), Object.prototype)
  t.notOk('x' in {})
})

t.test('a byte order mark before UTF-8 is fine', async (t) => {
  const { post } = await build(t)
  t.match(await post(`\ufeff${valid}`), { status: 200 })
})

t.test('a message cut off anywhere is refused', async (t) => {
  const whole = await readFile(fixture)
  const end = whole.lastIndexOf('>')
  const taken: number[] = []
  for (let length = 0; length <= end; length++) {
    const error = await readAny(whole.subarray(0, length)).catch((reason: unknown) => reason)
    if (!(error instanceof Error) || error.name !== 'Malformed') taken.push(length)
  }
  t.same(taken, [])
  const { post, door } = await build(t)
  for (const length of [0, 1, 100, Math.floor(end / 2), end - 20, end]) {
    t.match(await post(whole.subarray(0, length)), { status: 500, reason: /not well-formed/ }, `after ${length} bytes`)
  }
  t.same(door.recorded, [])
})

t.test('a header that does not fit gets a Fault before the body is read', async (t) => {
  const { post, door } = await build(t)
  const bomb = gzipSync(Buffer.alloc(16 * MIB, ' '))
  const wrong: [Record<string, string>, RegExp][] = [
    [{ ...XML, 'content-encoding': 'gzip' }, /compressed bodies are not accepted/],
    [{ ...XML, 'content-encoding': 'deflate, br' }, /compressed/],
    [{}, /content type/],
    [{ 'content-type': 'application/soap+xml' }, /content type/],
    [{ 'content-type': 'text/xmlx' }, /content type/],
    [{ 'content-type': 'multipart/related; type="text/xml"' }, /content type/],
    [{ 'content-type': 'text/xml; charset=UTF-16' }, /character set/],
    [{ 'content-type': 'text/xml;charset="iso-8859-1"' }, /character set/],
  ]
  for (const [headers, reason] of wrong) {
    t.match(await post(bomb, headers), { status: 500, code: 'soapenv:Client', reason }, JSON.stringify(headers))
  }
  t.same(door.recorded, [])
})

t.test('a body is read in turns, however dear it is, until it is refused', async (t) => {
  const size = 1.5 * MIB
  for (const [what, make] of Object.entries(WORST)) {
    const body = Buffer.from(make(size))
    let refused = false
    const turns = await turnsDuring(() =>
      readAny(body).catch(() => {
        refused = true
      }),
    )
    // One turn for each slice; what is refused is read no further.
    t.ok(refused || turns >= Math.floor(body.length / SLICE), `${what}: ${turns} turns for ${body.length} bytes`)
  }
})

t.test('the same bound holds where a body is as large as may be', async (t) => {
  const body = Buffer.from(around('<sf:A/>'.repeat(4_700_000)))
  t.ok(body.length < 32 * MIB + 1_000)
  const turns = await turnsDuring(() => t.rejects(readAny(body), { name: 'Malformed', message: /250000 elements/ }))
  t.ok(turns >= 50 && turns < 100, `${turns} turns: refused after a twentieth of it`)
})

async function build(t: Test, options: Partial<DoorOptions> = {}) {
  const door = await openDoor({ contracts: [await readContract(wsdl)], ...options })
  t.teardown(() => door.close())
  async function post(body: string | Buffer, headers: Record<string, string> = XML) {
    const init = { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers }
    const reply = await fetch(door.endpoint, init)
    const text = await reply.text()
    const [, code] = /<faultcode>(.*)<\/faultcode>/.exec(text) ?? []
    const [, reason] = /<faultstring>([\s\S]*)<\/faultstring>/.exec(text) ?? []
    return { status: reply.status, text, code, reason }
  }
  return { door, post }
}
