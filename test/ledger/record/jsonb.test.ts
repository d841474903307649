import t from 'tap'
import { encodeFields, jsonbArray } from '../../../src/ledger/record/jsonb.ts'
import { createBench } from '../../helpers/ledger.ts'
import { turnsDuring } from '../../helpers/turns.ts'

t.test('jsonbArray gives Postgres what it would have read from text', async (t) => {
  const { rows } = await createBench(t)
  const texts = ['{}', '{"a":"\\"\\\\ {},NULL é 😀"}', 'null', '"x"', '1.10', '[1,[2]]']
  const stored = 'select value::text from unnest($1::jsonb[]) with ordinality as v (value, no) order by no'
  const binary = await jsonbArray(texts.map((text) => Buffer.from(text)))
  t.same(await rows(stored, [binary]), await rows(stored, [texts]))
  t.same(await rows('select $1::jsonb[]::text as value', [await jsonbArray([])]), [{ value: '{}' }])
  t.same(await rows('select array_lower($1::jsonb[], 1) as value', [binary]), [{ value: 1 }], 'indexes begin at 1')
})

t.test('encodeFields and jsonbArray let others have their turn when there is much to write', async (t) => {
  const fields = Array.from({ length: 16 }, () => ({ text: '"'.repeat(1024 * 1024) }))
  let encoded: Buffer[] = []
  const writing = await turnsDuring(async () => {
    encoded = await encodeFields(fields)
  })
  t.ok(writing >= 14, `${writing} turns to write`)
  const gathering = await turnsDuring(() => jsonbArray(encoded))
  t.ok(gathering >= 14, `${gathering} turns to gather`)
})

t.test('encodeFields takes no turn for a few fields: messages that come together stay together', async (t) => {
  const fields = Array.from({ length: 100 }, (_, i) => ({ number: { number: `${i}.0` } }))
  t.equal(await turnsDuring(() => encodeFields(fields)), 0)
})
