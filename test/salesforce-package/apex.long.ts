/** Whether the Apex of the package compiles against the package's own objects and Salesforce's, without an org. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { PackageFiles } from '../../src/salesforce/package/files.ts'
import { PACKAGE } from './expected.ts'
import { planted } from './files.ts'
import { toolsFolder, writeFiles } from './tools.ts'

/** Not an official entry of that package, which is why its version is pinned. */
const JARS = join(toolsFolder(), 'node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib')
const CHECKER = 'io.github.apexdevtools.apexls.CheckForIssues'
/** Its exit code when it has found something. */
const ISSUES = 4
const MAIN = 'force-app/main/default'

interface Issues {
  files: { path: string; messages: { line: number; message: string }[] }[]
}

/** `SoapstoneProvision.cls: what`, for each issue. */
async function issues(t: Test, files: PackageFiles): Promise<string[]> {
  const project = t.testdir()
  writeFiles(files, project)
  const args = ['-Xmx512m', '-cp', join(JARS, '*'), CHECKER, '-n', '-d', 'warnings', '-f', 'json', '-w', project]
  const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
    execFile('java', args, (error, out, err) => resolve({ code: error?.code ?? 0, out: out || err }))
  })
  if (code !== 0 && code !== ISSUES) throw new Error(`the checker ended with ${code}: ${out}`)
  const found: Issues = JSON.parse(out)
  return found.files.flatMap(({ path, messages }) =>
    messages.map(({ message }) => `${path.split('/').at(-1)}: ${message}`),
  )
}

// Java takes five seconds a time, and half a minute on a machine that is busy.
t.setTimeout(120_000)

t.before(() => {
  if (!existsSync(JARS)) throw new Error(`the tools no longer hold ${JARS}`)
})

t.test('the Apex of the package has no issue', async (t) => {
  t.same(await issues(t, PACKAGE), [])
})

t.test('the checker finds what would not compile', async (t) => {
  const mistakes: [file: string, from: string, to: string, found: RegExp][] = [
    ['classes/SoapstoneProvision.cls', 'request.setBody(', 'request.setBodyy(', /^SoapstoneProvision\.cls: .*setBodyy/],
    [
      'classes/SoapstoneProvision.cls',
      'UUID.randomUUID().toString()',
      'UUID.randomUUID()',
      /^SoapstoneProvision\.cls: .*UUID/,
    ],
    ['classes/SoapstoneTombstones.cls', 'Order_Number__c = ', 'Number__c = ', /^SoapstoneTombstones\.cls: .*Number__c/],
    [
      'triggers/SoapstoneOrderDeleted.trigger',
      'Trigger.old',
      'Trigger.olds',
      /^SoapstoneOrderDeleted\.trigger: .*olds/,
    ],
    ['classes/SoapstoneTestOrders.cls', 'return orders;', '', /^SoapstoneTestOrders\.cls: .*return/i],
    [
      'classes/SoapstoneTombstonesTest.cls',
      'delete as system orders;',
      'delete as system orders',
      /^SoapstoneTombstonesTest\.cls: /,
    ],
  ]
  const broken = mistakes.reduce<PackageFiles>(
    (files, [file, from, to]) => planted(files, `${MAIN}/${file}`, from, to),
    PACKAGE,
  )
  const found = await issues(t, broken)
  for (const [file, from, to, problem] of mistakes) {
    t.ok(
      found.some((issue) => problem.test(issue)),
      `${file}: ${from} -> ${to}`,
      { found },
    )
  }
})
