/** A copy of the tree that may be broken. It shares packages with the original. */
import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { COMPILED } from '../helpers/compiled.ts'
import type { Edit } from './change.ts'

export interface Tree {
  /** Changes a file; returns what puts it back. */
  edit(edit: Edit): Promise<() => Promise<void>>
  /** Runs a test file; the titles of its tests that failed. */
  run(test: string): Promise<string[]>
  /** Runs test files in one process; those of them that failed, and the one that did not come to its end. */
  runTogether(tests: string[]): Promise<string[]>
  /** What the compiler says, if anything. */
  compile(): Promise<string | undefined>
  remove(): Promise<void>
}

const COPIED = ['src', 'sql', 'wsdl', 'fixtures', 'test', 'package.json', 'README.md', 'tsconfig.json']
/** A test that waits for what never comes has noticed, too. */
const PATIENCE_SECONDS = 60

/** `server`: the folder of the Postgres that its tests use. */
export async function createTree(root: URL, name: string, server: string): Promise<Tree> {
  const folder = new URL(`.soapstone/mutation/${process.pid}-${name}/`, root)
  const at = (path: string) => fileURLToPath(new URL(path, folder))
  await mkdir(at('.soapstone'), { recursive: true })
  for (const part of COPIED) await cp(fileURLToPath(new URL(part, root)), at(part), { recursive: true })
  await symlink(fileURLToPath(new URL('node_modules', root)), at('node_modules'))
  await symlink(server, at('.soapstone/test'))
  return {
    async edit({ file, from, to, text }) {
      const original = await readFile(at(file), 'utf8')
      await writeFile(at(file), original.slice(0, from) + text + original.slice(to))
      return () => writeFile(at(file), original)
    },
    async run(test) {
      const { output } = await runNode([at(test)], at('.'))
      const failed = Array.from(output.matchAll(/^not ok \d+ - (.+?)(?: # time=.*)?$/gm), ([, title = '']) => title)
      if (failed.length > 0) return [...new Set(failed)]
      return /^# \{ total: \d+, pass: \d+ \}$/m.test(output) ? [] : [`${test} did not come to its end`]
    },
    async runTogether(tests) {
      if (tests.length === 0) return []
      const patterns = tests.map((test) => JSON.stringify(test.replace(/^test\//, ''))).join(', ')
      const group = `import { together } from '../helpers/together.ts'\ntogether(${patterns})\n`
      await writeFile(at('test/groups/mutant.ts'), group)
      const { output } = await runNode([at('test/groups/mutant.ts')], at('.'))
      const told = Array.from(output.matchAll(/^(not )?ok \d+ - (test\/\S+)/gm), ([, not, test = '']) => ({
        not,
        test,
      }))
      const failed = told.filter(({ not }) => not !== undefined).map(({ test }) => test)
      const endless = tests.toSorted().find((one) => !told.some(({ test }) => test === one))
      return endless === undefined ? failed : [...failed, endless]
    },
    async compile() {
      const { output, code } = await runNode(['node_modules/typescript/bin/tsc', '--noEmit'], at('.'))
      return code === 0 ? undefined : output.split('\n', 1)[0]
    },
    remove: () => rm(at('.'), { recursive: true, force: true, maxRetries: 5 }),
  }
}

function runNode(args: string[], cwd: string): Promise<{ output: string; code: number | null }> {
  const env = {
    ...process.env,
    ...COMPILED,
    TAP_TIMEOUT: String(PATIENCE_SECONDS),
    SOAPSTONE_KEEP_TEST_SERVER: '1',
    FORCE_COLOR: '0',
    // A model need not tell how it was broken, and takes its time to find out.
    MODEL_SHRINK: 'no',
    MODEL_RUNS: '150',
  }
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), (PATIENCE_SECONDS + 20) * 1_000)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ output, code })
    })
  })
}
