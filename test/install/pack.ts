/**
 * What `npm pack` packs besides the files: a package.json without what is for development only, and the part of
 * package-lock.json that production needs, so that what is installed is what was tested. Runs before and after packing.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

interface Entry {
  dev?: boolean
  /** Of a dependency's optional peers those that are here for development: types. */
  devOptional?: boolean
  link?: boolean
}

export interface Lock {
  packages: Record<string, Entry>
}

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const manifest = path('package.json')
/** The package.json of the repository, while another one is packed. */
const kept = path('node_modules/.package.json.kept')
/** npm 10 and 11 read the first, in the package of a registry. npm 12 neither reads nor packs it: people copy the second. */
const locks = ['npm-shrinkwrap.json', 'production-lock.json'].map(path)

/** Of a package.json: nothing to build, to test or to link. `npm ci` compares this with the lock. */
export function packedManifest({
  devDependencies: _,
  scripts: __,
  allowScripts: ___,
  ...rest
}: Record<string, unknown>) {
  return rest
}

/** Of a lock: what is installed in production. */
export function productionLock<T extends Lock>(lock: T): T {
  const entries = Object.entries(lock.packages).filter(
    ([, { dev, devOptional, link }]) => !(dev || devOptional || link),
  )
  const packages = entries.map(([at, entry]) => [at, at === '' ? packedManifest({ ...entry }) : entry])
  return { ...lock, packages: Object.fromEntries(packages) }
}

function before(): void {
  // One that was cut short has left another package.json.
  after()
  const text = readFileSync(manifest, 'utf8')
  const lock = json(productionLock(JSON.parse(readFileSync(path('package-lock.json'), 'utf8'))))
  writeFileSync(kept, text)
  writeFileSync(manifest, json(packedManifest(JSON.parse(text))))
  for (const file of locks) writeFileSync(file, lock)
}

function after(): void {
  if (existsSync(kept)) renameSync(kept, manifest)
  for (const file of locks) rmSync(file, { force: true })
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}

if (import.meta.main) (process.argv[2] === 'before' ? before : after)()
