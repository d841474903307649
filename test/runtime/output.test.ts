import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
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

t.test('createOutput writes the lines of one turn at once, in their order', async (t) => {
  const { pipe, taken } = createPipe()
  const output = createOutput(pipe)
  output.write('1\n')
  output.write('2\n')
  t.same(taken, [], 'not yet')
  await turn()
  t.same(taken, ['1\n2\n'])
})

t.test('createOutput leaves lines out when nobody reads, and says later how many', async (t) => {
  const { pipe, taken, take } = createPipe()
  const output = createOutput(pipe)
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
  const output = createOutput(pipe)
  pipe.destroy(new Error('EPIPE'))
  await turn()
  t.doesNotThrow(() => output.write('1\n'))
  await turn()
})
