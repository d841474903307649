import t from 'tap'
import { codeCandidates, sqlCandidates } from './candidates.ts'
import type { Edit } from './change.ts'

/** The text after each of the edits, on its own. */
function after(text: string, edits: Edit[]): string[] {
  return edits.map(({ from, to, text: by }) => text.slice(0, from) + by + text.slice(to))
}

t.test('codeCandidates breaks operators, conditions, constants and statements, and no type', async (t) => {
  const text = 'function f(x: 3 | 4): boolean {\n  if (x === 3) send(true)\n  return !g(x)\n}'
  const broken = after(text, codeCandidates({ file: 'f.ts', text }))
  const has = (from: string, to: string) => t.ok(broken.includes(text.replace(from, to)), `${from} -> ${to}`)
  has('===', '!==')
  has('(x === 3)', '(true)')
  has('(x === 3)', '(false)')
  has('=== 3', '=== 0')
  has('send(true)', 'send(false)')
  has('send(true)', ';')
  has('!g(x)', '(g(x))')
  t.equal(broken.length, 7)
})

t.test('codeCandidates leaves alone what is only said', async (t) => {
  for (const text of ["import x from 'y'", "log.warn({ n: 1 }, 'said')", "const said = 'a' + b"]) {
    t.same(codeCandidates({ file: 'f.ts', text }), [], text)
  }
})

t.test('sqlCandidates breaks conditions and what is set, and keeps the parameters in use', async (t) => {
  const text = 'update ledger.pause p set until = $2, since = now() where p.step = $1 and (p.a is null or p.b)'
  const broken = after(text, sqlCandidates({ file: 'q.sql', text }))
  const has = (from: string, to: string) => t.ok(broken.includes(text.replace(from, to)), `${from} -> ${to}`)
  has('p.step = $1', '((p.step = $1) or true)')
  has('p.step = $1', '((p.step = $1) and false)')
  has('(p.a is null or p.b)', '(((p.a is null or p.b)) or true)')
  has('since = now()', 'since = p.since')
  has('is null', 'is not null')
})
