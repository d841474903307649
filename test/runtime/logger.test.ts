import t from 'tap'
import { createLog, type LogLevel } from '../../src/runtime/logger.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void, level: LogLevel = 'info') {
  const lines: string[] = []
  write(createLog(level, { write: (line) => lines.push(line) }))
  return { text: lines.join(''), lines: lines.map((line) => JSON.parse(line)) }
}

t.test('createLog writes a JSON line with time, level, process and message', async (t) => {
  const { lines } = logged((log) => log.info({ id: 7 }, 'notification.attempted'))
  t.match(lines, [{ level: 'info', pid: process.pid, id: 7, msg: 'notification.attempted', time: /^\d{4}-.*Z$/ }])
})

t.test('createLog writes nothing below its level', async (t) => {
  t.equal(logged((log) => log.info('x'), 'warn').lines.length, 0)
  t.equal(logged((log) => log.fatal('x'), 'silent').lines.length, 0)
})

t.test('createLog redacts what must not be read, as deep as it is logged', async (t) => {
  const names = [
    'sessionId',
    'session',
    'accessToken',
    'access_token',
    'secret',
    'clientSecret',
    'authorization',
    'assertion',
  ]
  for (const name of names) {
    const { text, lines } = logged((log) => {
      log.info({ [name]: 'hidden', one: { [name]: 'hidden', two: { [name]: 'hidden' } } }, 'x')
    })
    t.notMatch(text, 'hidden', name)
    t.match(lines[0], { one: { two: { [name]: '[redacted]' } } })
  }
  t.notMatch(logged((log) => log.info({ req: { headers: { authorization: 'hidden' } } }, 'x')).text, 'hidden')
})

t.test('createLog redacts in lists, and what a child logger adds to every line', async (t) => {
  const { text, lines } = logged((log) =>
    log.child({ session: 'hidden' }).info({ all: [{ secret: 'hidden', id: 1 }, 2] }, 'x'),
  )
  t.notMatch(text, 'hidden')
  t.match(lines, [{ session: '[redacted]', all: [{ secret: '[redacted]', id: 1 }, 2] }])
})

t.test('createLog leaves the logged object itself as it is', async (t) => {
  const facts = { id: 7, one: { secret: 'kept' } }
  logged((log) => log.info(facts, 'x'))
  t.same(facts, { id: 7, one: { secret: 'kept' } })
})

t.test('createLog tells of an error and its causes, and of nothing else that hangs on it', async (t) => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    config: { headers: 'hidden' },
  })
  const err = Object.assign(new TypeError('fetch failed', { cause }), {
    response: { body: 'hidden' },
    sessionId: 'hidden',
  })
  const { text, lines } = logged((log) => log.error({ err }, 'x'))
  t.notMatch(text, 'hidden')
  t.match(lines[0].err, {
    type: 'TypeError',
    message: 'fetch failed',
    stack: /logger\.test\.ts/,
    cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
  })
  t.match(logged((log) => log.error({ err: 'thrown' }, 'x')).lines[0].err, { message: 'thrown' })
})
