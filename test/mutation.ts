/**
 * npm run mutation [words of a name]: takes the protections away, one at a time, in a copy of the tree, and runs the
 * tests that should notice. A mutation that survives is a promise that nothing holds. Not part of npm test: minutes.
 */

import { MUTATIONS, type Mutation } from './mutation/table.ts'
import { createTree, type Tree } from './mutation/tree.ts'

interface Verdict {
  mutation: Mutation
  noticedBy: string[]
  problem?: string
}

async function judge(tree: Tree, mutation: Mutation, sound: Set<string>): Promise<Verdict> {
  const noticedBy: string[] = []
  for (const test of mutation.tests) {
    if (!sound.has(test)) return { mutation, noticedBy, problem: `${test} fails without it` }
  }
  const original = await tree.replace(mutation)
  if (original === undefined) return { mutation, noticedBy, problem: 'what it replaces is not there, once' }
  try {
    for (const test of mutation.tests) {
      noticedBy.push(...(await tree.run(test)))
      if (noticedBy.length > 0) break
    }
    return { mutation, noticedBy }
  } finally {
    await tree.write(mutation.file, original)
  }
}

/** The tests that pass as things are: only these can notice anything. */
async function soundTests(tree: Tree, mutations: Mutation[]): Promise<Set<string>> {
  const sound = new Set<string>()
  for (const test of new Set(mutations.flatMap(({ tests }) => tests))) {
    const failed = await tree.run(test)
    if (failed.length === 0) sound.add(test)
    else console.log(`FAILS AS IT IS  ${test}: ${failed[0]}`)
  }
  return sound
}

function tell({ mutation, noticedBy, problem }: Verdict): void {
  const [first = 'SURVIVED', ...others] = noticedBy
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  console.log(`${mutation.name.padEnd(64)}  ${problem ? `PROBLEM: ${problem}` : `${first}${more}`}`)
}

const wanted = process.argv.slice(2).join(' ')
const chosen = MUTATIONS.filter(({ name }) => name.includes(wanted))
const tree = await createTree(new URL('../', import.meta.url))
const verdicts: Verdict[] = []
try {
  const sound = await soundTests(tree, chosen)
  for (const mutation of chosen) {
    const verdict = await judge(tree, mutation, sound)
    tell(verdict)
    verdicts.push(verdict)
  }
} finally {
  await tree.remove()
}
const unnoticed = verdicts.filter(({ noticedBy }) => noticedBy.length === 0)
console.log(`${verdicts.length} mutations, ${verdicts.length - unnoticed.length} noticed`)
if (unnoticed.length > 0 || verdicts.length === 0) process.exitCode = 1
