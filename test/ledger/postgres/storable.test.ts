import t from 'tap'
import { storableJson } from '../../../src/ledger/postgres/storable.ts'

t.test('storableJson makes every text such that Postgres can hold it, and leaves all others', async (t) => {
  const cases: [unknown, unknown][] = [
    [
      { name: 'a\0b', list: ['\ud800x', { deep: 'x\udfff' }] },
      { name: 'ab', list: ['\ufffdx', { deep: 'x\ufffd' }] },
    ],
    [{ name: '\u{1f600} \u2028 \u00e9', none: null, count: 1 }, undefined],
    // Words that look like what JSON makes of those.
    [{ name: String.raw`\u0000 and \ud800`, also: '\\\\u0000' }, undefined],
    [
      [String.raw`\u0000`, '\0'],
      [String.raw`\u0000`, ''],
    ],
  ]
  for (const [given, made = given] of cases) t.same(JSON.parse(storableJson(given)), made)
})
