import t from 'tap'
import { table } from '../../src/cli/table.ts'
import { terminal } from '../../src/cli/terminal.ts'

const HEADER = ['ID', 'NAME', 'MESSAGE']
const ROWS = [['1', 'short', 'x'.repeat(60)]]

t.test('table is as wide as it likes without a terminal, and as wide as that with one', async (t) => {
  t.equal(table(HEADER, ROWS).split('\n')[1], `1   short  ${'x'.repeat(60)}`)
  for (const width of [40, 30, 25]) {
    const lines = table(HEADER, ROWS, width).split('\n')
    for (const line of lines) t.ok(line.length <= width, `${line.length} of ${width}`)
    t.match(lines[1], /^1 +short +x+…$/)
  }
})

t.test('table cuts the widest first, and nothing below what can be read', async (t) => {
  const lines = table(['A', 'B'], [['a'.repeat(20), 'b'.repeat(40)]], 44).split('\n')
  t.match(lines[1], /^a{20} {2}b{21}…$/)
  t.match(table(['A', 'B'], [['a'.repeat(20), 'b'.repeat(40)]], 5).split('\n')[1], /^a{7}… {2}b{7}…$/)
})

t.test('terminal paints only where there is one, and nobody minds', async (t) => {
  const tty = { isTTY: true, columns: 80 }
  t.equal(terminal(tty, {}).bad?.('x'), '\u001b[31mx\u001b[0m')
  t.equal(terminal(tty, { NO_COLOR: '1' }).bad, undefined)
  t.equal(terminal(tty, { TERM: 'dumb' }).bad, undefined)
  t.equal(terminal(tty, { NO_COLOR: '' }).columns, 80)
  t.same([terminal({ columns: 80 }, {}).bad, terminal({ columns: 80 }, {}).columns], [undefined, undefined])
})
