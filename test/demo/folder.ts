/** The demo's folder: empty at the start of each demo, never one that isn't a demo's, never one that is in use. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openEmbedded } from '../../src/ledger/postgres/embedded.ts'
import { openPool } from '../../src/ledger/postgres/pool.ts'

/** Holds the process id of the demo that uses the folder; empty when it has ended. */
const MARK = 'demo.pid'

/** Returns what gives the folder up again: with all that is in it, to be looked at. */
export async function takeFolder(folder: string): Promise<() => Promise<void>> {
  const found = await readdir(folder).catch((): string[] => [])
  if (found.length > 0) {
    if (!found.includes(MARK)) throw new Error(`${folder} would be wiped, but it is not the folder of a demo`)
    const user = Number(await readFile(join(folder, MARK), 'utf8'))
    if (isAlive(user)) throw new Error(`a demo is running in ${folder} already (process ${user}): end it first`)
    // Only a demo that was killed leaves one.
    await stopPostgres(folder)
    for (const name of found) if (name !== MARK) await rm(join(folder, name), { recursive: true, force: true })
  }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, MARK), String(process.pid))
  return () => writeFile(join(folder, MARK), '')
}

/** Stops the embedded Postgres of this folder, if one runs. */
export async function stopPostgres(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
  if (!isAlive(Number.parseInt(text, 10))) return
  const server = await openEmbedded({ folder })
  if (await serves(server.url, join(folder, 'data'))) await server.stop()
}

/** A process id is used again some day: only who answers for that data is its server. */
async function serves(url: string, data: string): Promise<boolean> {
  const pool = openPool({ url, connections: 1, name: 'soapstone demo', onError: () => {} })
  try {
    const { rows } = await pool.query<{ data_directory: string }>('show data_directory')
    return rows[0]?.data_directory === data
  } catch {
    return false
  } finally {
    await pool.end()
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process is alive as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
