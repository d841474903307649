import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { portalTexts } from '../../src/config/portal-texts.ts'

const SAMPLE = fileURLToPath(new URL('../../fixtures/portal/texts.json', import.meta.url))

t.test('portalTexts reads the sample', async (t) => {
  const texts = portalTexts(SAMPLE)
  t.same(Object.keys(texts), ['en', 'de'])
  t.match(texts.de?.Provisioned, /stehen bereit/)
})

t.test('portalTexts says all that is wrong with a file', async (t) => {
  const folder = t.testdir()
  const wrong: [string, string[]][] = [
    ['{', ['is not JSON']],
    ['[]', ['is not a JSON object of languages']],
    ['{}', ['there is no language in it']],
    ['{"english":{}}', ["'english' is not a language"]],
    ['{"de":"ja"}', ['de is not an object of texts']],
    [
      '{"de":{"Done":"x","Failed":" ","Activating":7,"PRODUCT_UNMAPPED":"ok"}}',
      ['de.Done: there is no such status or code', 'de.Failed is not a text', 'de.Activating is not a text'],
    ],
  ]
  for (const [text, reasons] of wrong) {
    const file = `${folder}/texts.json`
    writeFileSync(file, text)
    for (const reason of reasons) t.throws(() => portalTexts(file), { message: new RegExp(reason) }, reason)
  }
})
