import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createLog } from '../../src/runtime/logger.ts'
import { createOutput } from '../../src/runtime/output.ts'

/** A pipe whose reader takes nothing until it is told to. */
function createPipe() {
  const taken: string[] = []
  let next: (() => void) | undefined
  const pipe = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      taken.push(String(chunk))
      next = done
    },
  })
  return { pipe, taken, take: () => next?.() }
}

t.test('createOutput gathers lines for a moment, and writes them at once in their order', async (t) => {
  const { pipe, taken } = createPipe()
  const moments: (() => void)[] = []
  const output = createOutput(pipe, (flush) => moments.push(flush))
  output.write('1\n')
  await turn()
  output.write('2\n')
  t.same(taken, [], 'not yet')
  t.equal(moments.length, 1)
  moments[0]?.()
  t.same(taken, ['1\n2\n'])
})

t.test('createOutput lets no warning wait, nor what came before it', async (t) => {
  const { pipe, taken } = createPipe()
  const log = createLog(
    'info',
    createOutput(pipe, () => {}),
  )
  log.info({}, 'one')
  log.warn({}, 'two')
  log.info({}, 'three')
  await turn()
  t.equal(taken.length, 1)
  t.same(
    (taken[0] ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).msg),
    ['one', 'two', 'three'],
  )
})

t.test('createOutput lets no more wait than fits a write', async (t) => {
  const { pipe, taken } = createPipe()
  const output = createOutput(pipe, () => {})
  output.write(`${'x'.repeat(70_000)}\n`)
  await turn()
  t.equal(taken.length, 1)
})

t.test('createOutput leaves lines out when nobody reads, and says later how many', async (t) => {
  const { pipe, taken, take } = createPipe()
  const output = createOutput(pipe, setImmediate)
  const line = `${'x'.repeat(1024 * 1024)}\n`
  for (let i = 0; i < 40; i++) {
    output.write(line)
    await turn()
  }
  t.ok(pipe.writableLength < 20 * 1024 * 1024, 'bounded')
  while (pipe.writableLength > 0) {
    take()
    await turn()
  }
  output.write('after\n')
  await turn()
  const [said = '', after] = (taken.at(-1) ?? '').split('\n')
  t.match(JSON.parse(said), { level: 'warn', msg: 'log.lines_lost', lines: 40 - (taken.length - 1) })
  t.equal(after, 'after')
})

t.test('createOutput goes on when its reader is gone', async (t) => {
  const { pipe } = createPipe()
  const output = createOutput(pipe, setImmediate)
  pipe.destroy(new Error('EPIPE'))
  await turn()
  t.doesNotThrow(() => output.write('1\n'))
  await turn()
})
