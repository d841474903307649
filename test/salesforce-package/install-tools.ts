/** Salesforce's tools, installed as package-lock.json pins them, once for each state of that file. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const FILES = ['package.json', 'package-lock.json']

/** The folder with their node_modules. */
export async function installTools(): Promise<string> {
  const source = (name: string) => fileURLToPath(new URL(`tools/${name}`, import.meta.url))
  const hash = createHash('sha256')
    .update(readFileSync(source('package-lock.json')))
    .digest('hex')
  const all = fileURLToPath(new URL('../../.soapstone/salesforce-tools', import.meta.url))
  const folder = join(all, hash.slice(0, 16))
  if (existsSync(folder)) return folder
  // What an older lock file pinned is of no use any more. Renamed at the end: half an install must not pass for a whole.
  rmSync(all, { recursive: true, force: true })
  const unfinished = `${folder}.unfinished`
  mkdirSync(unfinished, { recursive: true })
  for (const name of FILES) cpSync(source(name), join(unfinished, name))
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await promisify(execFile)('npm', args, { cwd: unfinished, shell: process.platform === 'win32' })
  renameSync(unfinished, folder)
  return folder
}
