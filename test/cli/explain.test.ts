import t from 'tap'
import { explain } from '../../src/cli/explain.ts'
import { Refusal } from '../../src/operations/refusal.ts'
import { Explained } from '../../src/runtime/explained.ts'

const error = (message: string, facts: object = {}) => Object.assign(new Error(message), facts)

t.test('explain says by its exit code whether the use was wrong', async (t) => {
  t.same(explain(new Refusal('invalid', 'no')), { text: 'no', exitCode: 2 })
  for (const kind of ['unknown', 'conflict'] as const) {
    t.same(explain(new Refusal(kind, 'no')), { text: 'no', exitCode: 1 })
  }
  t.same(explain(new Explained('no')), { text: 'no', exitCode: 1 })
  t.same(explain('thrown text'), { text: 'thrown text', exitCode: 1 })
})

t.test('explain makes a sentence of what the user can mend', async (t) => {
  const cases: [Error, RegExp][] = [
    [
      error('listen EACCES', { code: 'EACCES', address: '0.0.0.0', port: 443 }),
      /^this user may not listen on port 443/,
    ],
    [error('column "x" does not exist', { code: '42703', severity: 'ERROR' }), /run soapstone migrate$/],
    [error('shutting down', { code: '57P01', severity: 'FATAL' }), /^the ledger went away: shutting down$/],
    [error('Connection terminated unexpectedly'), /^the ledger went away: /],
    [error('timeout exceeded when trying to connect'), /^the ledger went away: /],
    [error('read ECONNRESET', { code: 'ECONNRESET' }), /^the ledger went away: /],
    [
      new Explained('no', { cause: error('self-signed', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
      /^no: its certificate is not trusted: check sslrootcert and sslmode in DATABASE_URL$/,
    ],
  ]
  for (const [thrown, sentence] of cases) t.match(explain(thrown).text, sentence)
})

t.test('explain shows the stack of what nobody foresaw', async (t) => {
  for (const thrown of [
    error('x is not a function'),
    error('duplicate key', { code: '23505', severity: 'ERROR' }),
    error('permission denied', { code: 'EACCES', path: '/x' }),
  ]) {
    t.match(explain(thrown).text, /\n +at /)
  }
})
