import { readFile } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { parseXml } from '../../../src/doors/outbound-message/xml.ts'

const parse = (text: string) => parseXml(Buffer.from(text))
const refuses = (t: Test, text: string, message: string | RegExp) =>
  t.rejects(parse(text), { name: 'Malformed', message }, text.slice(0, 60))

t.test('parseXml gives the tree with namespaces resolved', async (t) => {
  const xsi = 'http://www.w3.org/2001/XMLSchema-instance'
  t.same(await parse(`<p:a xmlns:p="urn:p" xmlns:i="${xsi}">x<b i:nil=" true " i:type="p:T" nil="no"/>y</p:a>`), {
    uri: 'urn:p',
    name: 'a',
    nil: false,
    text: 'xy',
    children: [{ uri: '', name: 'b', nil: true, type: { uri: 'urn:p', name: 'T' }, children: [], text: '' }],
  })
})

t.test('parseXml bounds how deep elements go and how many attributes one has', async (t) => {
  const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
  const attributes = (count: number) => `<a ${Array.from({ length: count }, (_, i) => `a${i}="1"`).join(' ')}/>`
  t.equal((await parse(nested(12))).name, 'a')
  await refuses(t, nested(13), /^elements are nested too deeply \(line 1, column \d+\)$/)
  await refuses(t, '<a>'.repeat(100_000), 'elements are nested too deeply')
  t.equal((await parse(attributes(40))).name, 'a')
  await refuses(t, attributes(41), 'an element has too many attributes')
})

t.test('parseXml refuses every document type declaration and every entity but those of XML', async (t) => {
  const bomb = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;">]><a>&y;</a>'
  const external = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
  for (const text of [bomb, external, '<!DOCTYPE a><a/>', '<!DOCTYPE a SYSTEM "http://x.invalid/"><a/>']) {
    await refuses(t, text, 'a document type declaration is not allowed')
  }
  for (const text of [
    '<a>&nbsp;</a>',
    '<a>&x;</a>',
    '<a b="&x;"/>',
    '<a>&#0;</a>',
    '<a>&#11;</a>',
    '<a>&#xD800;</a>',
  ]) {
    await refuses(t, text, 'not well-formed XML')
  }
})

t.test('parseXml refuses what is not well-formed', async (t) => {
  const wrong = [
    '',
    ' ',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>text',
    '<a b=1/>',
    '<a b="1" b="2"/>',
    '<a><b></a></b>',
  ]
  for (const text of [
    ...wrong,
    '\n<?xml version="1.0"?><a/>',
    '<a>\u0000</a>',
    '<a>\u0007</a>',
    '<a>]]></a>',
    '<p:a/>',
  ]) {
    await refuses(t, text, 'not well-formed XML')
  }
})

t.test('parseXml takes UTF-8, with or without a byte order mark, and nothing else', async (t) => {
  t.equal((await parse('\ufeff<?xml version="1.0" encoding="utf-8"?><a>é</a>')).text, 'é')
  t.equal((await parse('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><a/>')).name, 'a')
  t.equal((await parse('<?xml version="1.0"?><a/>')).name, 'a')
  await refuses(t, '<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'the declared encoding is not UTF-8')
  await refuses(t, '<?xml version="1.1"?><a/>', 'the XML version is not 1.0')
  const latin = Buffer.from('<a>é</a>', 'latin1')
  const wide = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('<a/>', 'utf16le')])
  const overlong = Buffer.from([0x3c, 0x61, 0x3e, 0xc0, 0xbc, 0x3c, 0x2f, 0x61, 0x3e])
  for (const bytes of [latin, wide, overlong]) {
    await t.rejects(parseXml(bytes), { name: 'Malformed', message: 'the body is not UTF-8' })
  }
})

t.test('parseXml never takes a message that was cut off', async (t) => {
  const whole = await readFile(new URL('../../../fixtures/salesforce/message-bulk.xml', import.meta.url))
  const end = whole.lastIndexOf('>')
  const taken: number[] = []
  for (let length = 0; length <= end; length++) {
    await parseXml(whole.subarray(0, length)).then(
      () => taken.push(length),
      () => {},
    )
  }
  t.same(taken, [])
  t.equal((await parseXml(whole.subarray(0, end + 1))).name, 'Envelope')
})

t.test('parseXml gives the same tree for a body that is read in slices', async (t) => {
  const slice = 32 * 1024
  // Each of these falls on a slice's end: half a character, half a line end, half a reference, half a tag.
  for (const unit of ['😀', '\r\n', '&amp;', '&#x1F600;', '<b>x</b>', '<![CDATA[x]]>', 'x']) {
    for (let shift = 0; shift < 3; shift++) {
      const head = `<a><p>${'-'.repeat(shift)}</p><c>`
      const times = Math.ceil((slice * 2) / unit.length)
      const { children } = await parse(`${head}${unit.repeat(times)}</c></a>`)
      const one = (await parse(`<c>${unit}</c>`)) ?? {}
      t.ok(children[1]?.text === one.text.repeat(times), `${JSON.stringify(unit)} shifted by ${shift}`)
      t.equal(children[1]?.children.length, one.children.length * times)
    }
  }
})

t.test('parseXml lets others have their turn while it reads a big body', async (t) => {
  let turns = 0
  const count = () => {
    turns += 1
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  await parse(`<a>${`<b>${'x'.repeat(1024 * 1024)}</b>`.repeat(2)}</a>`).finally(() => clearImmediate(immediate))
  t.ok(turns >= 60, `${turns} turns`)
})
