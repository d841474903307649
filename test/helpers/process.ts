/** `soapstone serve` as a process of its own: for what only a process can suffer. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { COMPILED } from './compiled.ts'
import { startService, type World } from './service.ts'
import { until } from './until.ts'

export interface LogLine {
  msg: string
  [fact: string]: unknown
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface ServeProcess {
  url: string
  /** Metrics, and health in detail. */
  adminUrl: string
  /** Where messages go. */
  endpoint: string
  /** As the ledger names it. */
  worker: string
  log: LogLine[]
  /** The first log line with that message that fits, there already or still to come. */
  logged(message: string, fits?: (line: LogLine) => boolean): Promise<LogLine>
  kill(signal: NodeJS.Signals): void
  exited: Promise<Exit>
}

const thisRelease = fileURLToPath(new URL('../..', import.meta.url))
/** Ends it when the test itself is killed, as one that hangs. */
const endWithParent = fileURLToPath(new URL('../demo/end-with-parent.ts', import.meta.url))
/** Without a .env file. */
const folder = fileURLToPath(new URL('.', import.meta.url))

/** Resolves when it listens. Whatever happens, it is gone at the test's end. `release`: the folder of another one's code. */
export async function spawnServe(
  t: Test,
  world: World,
  { release = thisRelease, ...more }: Record<string, string> & { release?: string } = {},
): Promise<ServeProcess> {
  const env = { PATH: process.env.PATH, ...COMPILED, ...world.settings, ...more }
  const main = join(release, 'src/cli/main.ts')
  const child = spawn(process.execPath, ['--import', endWithParent, main, 'serve'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit').then((): Exit => ({ code: child.exitCode, signal: child.signalCode }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const log: LogLine[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)))
  const complaints: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.push(text))

  const logged = (message: string, fits: (line: LogLine) => boolean = () => true) =>
    until(() => log.find((line) => line.msg === message && fits(line)), `log line ${message}`)
  const started = await Promise.race([logged('soapstone.started'), exited])
  if (!('msg' in started)) throw new Error(`serve ended before it began: ${complaints.join('')}`)
  const url = String(started.address)
  return {
    url,
    adminUrl: String(started.adminAddress),
    endpoint: `${url}/outbound-messages/order`,
    worker: String(started.worker),
    log,
    logged,
    kill: (signal) => child.kill(signal),
    exited,
  }
}

/** The next one, in this process: where no signal is for it, a process would only take its second to load. */
export async function serveHere(
  t: Test,
  world: World,
): Promise<Pick<ServeProcess, 'endpoint' | 'worker'> & { logged(message: string): Promise<LogLine> }> {
  const log: string[] = []
  const { url } = await startService(t, world, log)
  const logged = (message: string) =>
    until((): LogLine | undefined => log.map((line) => JSON.parse(line)).find(({ msg }) => msg === message), message)
  return {
    endpoint: `${url}/outbound-messages/order`,
    worker: String((await logged('soapstone.started')).worker),
    logged,
  }
}
