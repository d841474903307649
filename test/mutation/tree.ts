/** A copy of the tree that may be broken. It shares packages and the test server with the original. */
import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface Tree {
  /** Replaces a text that must be there once. Returns the file as it was, or undefined when it is not so. */
  replace(change: { file: string; find: string; replace: string }): Promise<string | undefined>
  write(file: string, text: string): Promise<void>
  /** Runs a test file; the titles of its tests that failed. */
  run(test: string): Promise<string[]>
  remove(): Promise<void>
}

const COPIED = ['src', 'sql', 'wsdl', 'fixtures', 'test', 'package.json', 'README.md', 'tsconfig.json']
/** A test that waits for what never comes has noticed, too. */
const PATIENCE_SECONDS = 100

export async function createTree(root: URL): Promise<Tree> {
  const folder = new URL(`.soapstone/mutation/${process.pid}/`, root)
  const at = (path: string) => fileURLToPath(new URL(path, folder))
  await mkdir(at('.soapstone'), { recursive: true })
  for (const name of COPIED) await cp(fileURLToPath(new URL(name, root)), at(name), { recursive: true })
  await symlink(fileURLToPath(new URL('node_modules', root)), at('node_modules'))
  const server = fileURLToPath(new URL('.soapstone/test', root))
  await mkdir(server, { recursive: true })
  await symlink(server, at('.soapstone/test'))
  return {
    async replace({ file, find, replace }) {
      const text = await readFile(at(file), 'utf8')
      const [before, after, ...more] = text.split(find)
      if (before === undefined || after === undefined || more.length > 0) return undefined
      await writeFile(at(file), `${before}${replace}${after}`)
      return text
    },
    write: (file, text) => writeFile(at(file), text),
    async run(test) {
      const output = await runNode(at(test), fileURLToPath(folder))
      const failed = Array.from(output.matchAll(/^not ok \d+ - (.+?)(?: # time=.*)?$/gm), ([, title = '']) => title)
      if (failed.length > 0) return [...new Set(failed)]
      return /^# \{ total: \d+, pass: \d+ \}$/m.test(output) ? [] : [`${test} did not come to its end`]
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

function runNode(file: string, cwd: string): Promise<string> {
  const env = {
    ...process.env,
    TAP_TIMEOUT: String(PATIENCE_SECONDS),
    SOAPSTONE_KEEP_TEST_SERVER: '1',
    FORCE_COLOR: '0',
    // A model need not tell how it was broken, and takes its time to find out.
    MODEL_SHRINK: 'no',
    MODEL_RUNS: '150',
  }
  const child = spawn(process.execPath, [file], { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), (PATIENCE_SECONDS + 20) * 1_000)
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      resolve(output)
    })
  })
}
