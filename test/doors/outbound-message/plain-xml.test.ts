import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { parsePlainXml } from '../../../src/doors/outbound-message/plain-xml.ts'
import { parseFully } from '../../../src/doors/outbound-message/xml.ts'
import { mutate, random } from '../../fuzz/mutate.ts'
import { readerDifference } from '../../fuzz/readers.ts'

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

/** Documents of the plain kind, some of them wrong: prefixes that nobody declared, attributes that come twice. */
const mostly = <T>(plain: T[], unusual: T[]) =>
  fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...plain) }, { weight: 1, arbitrary: fc.constantFrom(...unusual) })
const prefix = mostly(['', '', 'a:', 'xsi:'], ['b:', 'xml:'])
const local = mostly(['Id', 'sObject', 'x.y-z', '_1', 'type', 'nil'], ['é', '1'])
const attribute = mostly(
  [
    'xmlns="urn:d"',
    'xmlns:a="urn:b"',
    'xmlns:b="urn:b"',
    XSI,
    'xsi:nil="true"',
    'xsi:type="a:T"',
    'a:x="1>2"',
    'x="é"',
  ],
  ['xmlns=""', 'xmlns:xml="urn:a"', 'b:x="1"', "x='1'", 'y="\t"', 'y="&lt;"'],
)
const text = mostly(['', ' ', '\n', 'text', 'é漢😀', '>', ']]', '\u00a0', '\t'], ['&amp;', ']]>', '\r\n', '\u0001'])
const write = ([p, name, attributes, before, children, after]: [
  string,
  string,
  string[],
  string,
  string[],
  string,
]) => {
  const start = [p + name, ...attributes].join(' ')
  const content = before + children.join(after) + after
  return content === '' ? `<${start}/>` : `<${start}>${content}</${p + name}>`
}
const elementOf = (children: fc.Arbitrary<string[]>) =>
  fc.tuple(prefix, local, fc.array(attribute, { maxLength: 4 }), text, children, text).map(write)
const leaf = elementOf(fc.constant([]))
const branch = elementOf(fc.array(leaf, { maxLength: 4 }))
const element = elementOf(fc.array(fc.oneof(leaf, branch), { maxLength: 3 }))
const document = fc
  .tuple(fc.constantFrom('', '<?xml version="1.0" encoding="UTF-8"?>', '<?xml version="1.0"?>\n', '\ufeff'), element)
  .map(([declaration, root]) => `${declaration}${root.replace(/^<([^\s/>]+)/, `<$1 ${XSI} xmlns:a="urn:a"`)}`)

t.test('parsePlainXml gives the tree that the full parser gives, or none, whatever the document', async (t) => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
  t.comment(`seed ${seed}`)
  const draw = random(seed)
  let answered = 0
  for (const one of fc.sample(document, { numRuns: 4_000, seed })) {
    if (parsePlainXml(one) !== undefined) answered += 1
    const bytes = Buffer.from(one)
    for (const variant of [bytes, mutate(bytes, draw), mutate(bytes, draw)]) {
      const difference = await readerDifference(variant)
      if (difference === undefined) continue
      t.fail(`${difference}: ${JSON.stringify(String(variant))}`)
      return
    }
  }
  t.ok(answered > 300, `${answered} documents were plain enough`)
})

t.test('parsePlainXml leaves to the full parser what is not plain, or wrong', async (t) => {
  for (const text of [
    '',
    ' ',
    'a',
    '<a',
    '<a>',
    '</a>',
    '<a></b>',
    '<a/><b/>',
    '<a/>x',
    '<a/>\u00a0',
    '\ufeff<a/>',
    '<a>&amp;</a>',
    '<a>]]></a>',
    '<a>\u0001</a>',
    '<a>\r\n</a>',
    '<a>\uffff</a>',
    '<a><!-- --></a>',
    '<a><![CDATA[]]></a>',
    '<!DOCTYPE a><a/>',
    '<?pi ?><a/>',
    '<?xml version="1.1"?><a/>',
    '<a b="1" b="2"/>',
    `<a ${'b'.repeat(256)}="1"/>`,
    `<${'a'.repeat(256)}/>`,
    `<a b="${'c'.repeat(1_001)}"/>`,
    `<a ${Array.from({ length: 41 }, (_, i) => `a${i}="1"`).join(' ')}/>`,
    '<p:a/>',
    '<a p:b="1"/>',
    '<xml:a/>',
    '<a xml:lang="de"/>',
    '<a xmlns=""/>',
    '<a xmlns:xml="urn:a"/>',
    '<a xmlns:p=" urn:a"/>',
    '<a xmlns:p="urn:a\ufeff"/>',
    '<a xmlns:p="http://www.w3.org/2000/xmlns/"/>',
    '<a xmlns:p="urn:a" xmlns:q="urn:a" p:b="1" q:b="2"/>',
    `<a ${Array.from({ length: 17 }, (_, i) => `xmlns:p${i}="urn:${i}"`).join(' ')}/>`,
    '<a>'.repeat(13) + '</a>'.repeat(13),
    '<é/>',
    '<a b=1/>',
    "<a b='1'/>",
    '<a b="1"c="2"/>',
    '<a\u00a0b="1"/>',
    '<a b="1"\ufeff c="2"/>',
    '<a\ufeff/>',
    '<a b="<"/>',
    '<a  b="1" /x>',
  ]) {
    t.equal(parsePlainXml(text), undefined, text.slice(0, 60))
  }
})

t.test('parsePlainXml reads what Salesforce writes', async (t) => {
  const soap = `<?xml version="1.0" encoding="UTF-8"?>\n<e:Envelope xmlns:e="urn:e" ${XSI}>\n <e:Body>\n  <n xmlns="urn:o"><Id>1</Id><s xsi:nil="true"/><sObject xsi:type="sf:Order" xmlns:sf="urn:sf"><sf:Name>é > x</sf:Name><sf:Empty></sf:Empty></sObject></n></e:Body>\n</e:Envelope>\n`
  const plain = parsePlainXml(soap)
  t.ok(plain)
  t.ok(isDeepStrictEqual(plain, await parseFully(Buffer.from(soap))))
})
