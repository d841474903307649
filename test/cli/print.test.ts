import t from 'tap'
import { oneLine, visible } from '../../src/cli/print.ts'
import { table } from '../../src/cli/table.ts'
import { Failure } from '../../src/domain/failure.ts'
import { soapstone } from '../helpers/cli.ts'
import { createBench, pass } from '../helpers/ledger.ts'
import { message, notification, salesforceId } from '../helpers/messages.ts'

/** Clears the screen, sets the title, moves back, all in one; and its one-byte form; and text that runs backwards. */
const STEERING = '\x1b[2J\x1b]0;owned\x07\r\b\x7f\x9b31m\u202etxt.exe\u2028'

t.test('visible leaves nothing that steers a terminal, and all else as it is', async (t) => {
  t.equal(visible(STEERING), '\\u001b[2J\\u001b]0;owned\\u0007\\u000d\\u0008\\u007f\\u009b31m\\u202etxt.exe\\u2028')
  t.equal(visible('Größe 5 € 日本 🙂\nsecond line'), 'Größe 5 € 日本 🙂\nsecond line')
  t.equal(oneLine('a\r\nb\nc\td'), 'a\\nb\\nc\\u0009d')
})

t.test('table keeps a row a line, whatever its cells hold', async (t) => {
  t.equal(
    table(
      ['A', 'B'],
      [
        ['x\ny', '\x1b[31m'],
        ['1', undefined],
      ],
    ),
    'A     B\nx\\ny  \\u001b[31m\n1',
  )
})

t.test("status, list and show print others' texts without what steers a terminal", async (t) => {
  const bench = await createBench(t)
  const ids = { notificationId: salesforceId('04l', 1), recordId: salesforceId('801', 1) }
  await bench.record(message([notification({ ...ids, fields: { Description: `${STEERING}\nforged` } })]))
  const failure = new Failure('WHMCS_ORDER_REFUSED', { detail: `no ${STEERING}\nremedy         send money` })
  await pass(bench.worker('test'), 'callback', { kind: 'fail', failure })
  await bench.worker('test').pause('provision', {
    seconds: 300,
    code: 'WHMCS_ACCESS_REFUSED',
    message: `Invalid ${STEERING}\nprovision is fine`,
  })
  for (const verb of [['status'], ['list'], ['show', ids.recordId]]) {
    for (const json of [[], ['--json']]) {
      const { out, code } = await soapstone([...verb, ...json], { DATABASE_URL: bench.url })
      t.equal(code, 0)
      t.same(out.replaceAll('\n', '').match(/[\p{Cc}\u202e\u2028]/gu), null)
      t.notMatch(out, /^(?:forged|remedy +send money|provision is fine)/m)
      if (json.length > 0) t.doesNotThrow(() => JSON.parse(out))
    }
  }
})
