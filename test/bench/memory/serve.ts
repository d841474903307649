/** `soapstone serve` as it is run: a process of its own, of which only the outside is seen. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { NODE_FLAGS, SERVE } from '../start-script.ts'

const run = promisify(execFile)

export interface Serve {
  /** From its start until /health/ready said yes, ms. */
  readyMs: number
  /** Resident memory now, MB. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** `folder`: where it runs, without a .env. `flags`: Node's own. */
export async function startServe(
  folder: string,
  settings: Record<string, string>,
  flags: string[] = NODE_FLAGS,
): Promise<Serve> {
  const began = performance.now()
  const child = spawn(process.execPath, [...flags, ...SERVE], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: '0', ADMIN_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('"soapstone.started"')) resolve(String(JSON.parse(line).address))
    })
    void exited.then(([code]) => reject(new Error(`serve ended (${code})`)))
  })
  const ready = await fetch(`${address}/health/ready`)
  if (!ready.ok) throw new Error(`serve is not ready: ${ready.status}`)
  return {
    readyMs: performance.now() - began,
    async memory() {
      const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(child.pid)])
      return (Number(stdout) * 1_024) / 1e6
    },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
