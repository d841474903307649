/** The real service in a process of its own, as `npm start` would run it; and the real command line. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SETTINGS } from '../../src/config/settings.ts'
import { until } from '../helpers/until.ts'
import { stopPostgres } from './folder.ts'

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const endWithParent = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url))

export interface ServiceProcess {
  url: string
  /** Metrics, and health in detail. */
  adminUrl: string
  /** Resolves when it takes messages. */
  ready: Promise<unknown>
  /** Rejects when it ends without having been asked to. */
  died: Promise<never>
  stop(): Promise<void>
}

export const LOG = 'serve.log'

export interface Ports {
  port: number
  adminPort: number
}

export function launch(folder: string, { port, adminPort }: Ports, settings: Record<string, string>): ServiceProcess {
  const log = openSync(join(folder, LOG), 'a')
  const child = spawn(process.execPath, ['--import', endWithParent, cli, 'serve'], {
    // There: a .env of the checkout is not the demo's.
    cwd: folder,
    env: {
      ...cleanEnvironment(),
      ...settings,
      ...databaseIn(folder),
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
    },
    // A group of its own: Ctrl-C is for the demo, which then ends the service; a second signal would kill it.
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const url = `http://127.0.0.1:${port}`
  let stopping = false
  const exited = once(child, 'exit')
  const hasExited = () => child.exitCode !== null || child.signalCode !== null

  const died = exited.then(async ([code, signal]) => {
    if (stopping) return new Promise<never>(() => {})
    const said = (await readFile(join(folder, LOG), 'utf8')).trimEnd().split('\n').slice(-15)
    // What went well says nothing of its end.
    const words = said.filter((line) => !line.startsWith('{"level":30,')).map((line) => `\n  ${line}`)
    throw new Error(`the service ended by itself (${signal ?? `exit code ${code}`}).${words.join('')}`)
  })
  died.catch(() => {})
  const ready = until(() => hasExited() || isReady(url), 'the service takes messages')
  ready.catch(() => {})

  return {
    url,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    ready: Promise.race([ready, died]),
    died,
    async stop() {
      stopping = true
      // While it starts it would leave a half-made Postgres behind.
      await Promise.race([ready.catch(() => {}), exited])
      if (!hasExited()) {
        child.kill('SIGTERM')
        const late = await Promise.race([exited.then(() => false), sleep(20_000, true, { ref: false })])
        if (late) child.kill('SIGKILL')
      }
      await stopPostgres(folder)
    },
  }
}

/** Runs `soapstone <args>` and returns what it prints. */
export async function runCli(folder: string, args: string[], signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...cleanEnvironment(), ...databaseIn(folder) },
    signal,
  })
  return stdout.trim()
}

/** The settings with which the demo's Postgres is found. */
function databaseIn(folder: string) {
  return { DATABASE_URL: 'embedded', DATA_FOLDER: folder }
}

/** 8080 and 8081 if they are free, or else any; where a port is wished for, that one, and any for 0. */
export async function choosePorts(wished: number | undefined): Promise<Ports> {
  const port = (await tryPort(wished ?? 8080)) ?? (wished === undefined ? await tryPort(0) : undefined)
  if (port === undefined) throw new Error(`port ${wished ?? 8080} is taken`)
  const adminPort = (wished === undefined ? await tryPort(8081) : undefined) ?? (await tryPort(0))
  if (adminPort === undefined) throw new Error('there is no free port')
  return { port, adminPort }
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : undefined))
    })
  })
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  )
}

/** Settings that happen to be set here are not the demo's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !(name in SETTINGS)))
}
