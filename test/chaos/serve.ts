/** A `soapstone serve` that is started again whenever it ends, as a service manager would. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { COMPILED } from '../helpers/compiled.ts'

export interface Serve {
  name: string
  /** Where it listens now; undefined while it doesn't. */
  readonly port: number | undefined
  /** Where metrics are, and health in detail. */
  readonly adminUrl: string | undefined
  readonly pid: number | undefined
  /** Sends a signal; where it ends by that, the next one starts after so many ms. */
  signal(signal: NodeJS.Signals, restartMs?: number): void
  /** Its clock jumps, and jumps back the next time. */
  jump(): void
  /** Resolves when it takes messages. */
  up(): Promise<void>
  /** Ends that nobody asked for: what it said last. */
  readonly crashes: string[]
  stop(): Promise<void>
}

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
/** Ends it when the test itself was killed. */
const endWithParent = fileURLToPath(new URL('../demo/end-with-parent.ts', import.meta.url))
const clock = fileURLToPath(new URL('./clock.ts', import.meta.url))

export function createServe(name: string, folder: string, settings: Record<string, string>): Serve {
  const log = createWriteStream(join(folder, `${name}.log`))
  const crashes: string[] = []
  let child: ChildProcess | undefined
  let port: number | undefined
  let adminUrl: string | undefined
  let wanted = true
  let asked = false
  let restartMs = 0
  let heard: (() => void)[] = []

  async function live(): Promise<void> {
    while (wanted) {
      const last: string[] = []
      const mine: ChildProcess = spawn(process.execPath, ['--import', endWithParent, '--import', clock, cli, 'serve'], {
        cwd: folder,
        env: { PATH: process.env.PATH, ...COMPILED, ...settings },
        // A group of its own: Ctrl-C is for the test, which then ends it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      child = mine
      asked = false
      for (const stream of [mine.stdout, mine.stderr]) {
        if (stream === null) continue
        createInterface({ input: stream }).on('line', (line) => {
          log.write(`${line}\n`)
          last.push(line)
          if (last.length > 5) last.shift()
          if (line.includes('"soapstone.started"')) started(line)
        })
      }
      const [code, signal] = await once(mine, 'close')
      log.write(`--- ended: ${signal ?? code}\n`)
      // Before it listened it may end, as when Postgres is away.
      if (!asked && wanted && port !== undefined) crashes.push(`${name}: ${signal ?? code}\n${last.join('\n')}`)
      child = undefined
      port = undefined
      if (wanted) await sleep(asked ? restartMs : 200)
    }
  }

  function started(line: string): void {
    const { address, adminAddress } = JSON.parse(line)
    adminUrl = String(adminAddress)
    port = Number(new URL(String(address)).port)
    for (const resolve of heard) resolve()
    heard = []
  }

  const life = live()
  return {
    name,
    get port() {
      return port
    },
    get adminUrl() {
      return adminUrl
    },
    get pid() {
      return child?.pid
    },
    signal(signal, again = 0) {
      if (signal === 'SIGKILL' || signal === 'SIGTERM') asked = true
      restartMs = again
      child?.kill(signal)
    },
    jump() {
      if (child?.connected) child.send('jump')
    },
    async up() {
      if (port !== undefined) return
      const late = sleep(60_000, 'late', { ref: false })
      const came = new Promise<void>((resolve) => heard.push(resolve))
      if ((await Promise.race([came, late])) === 'late') throw new Error(`${name} does not start: see ${name}.log`)
    },
    crashes,
    async stop() {
      wanted = false
      child?.kill('SIGCONT')
      child?.kill('SIGTERM')
      const late = sleep(15_000, 'late', { ref: false })
      if ((await Promise.race([life, late])) === 'late') {
        crashes.push(`${name}: did not end at SIGTERM`)
        child?.kill('SIGKILL')
      }
      await life
      log.end()
    },
  }
}
