/**
 * The links among the libraries of the embedded Postgres. A package can't hold symbolic links: its install script makes
 * them, and npm 12 runs no script of what is installed as a dependency. Then initdb finds no libicuuc.
 */
import { randomUUID } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'

interface Link {
  /** Where the link points and where it stands, both in the package's folder. */
  source: string
  target: string
}

export interface LinkPlaces {
  /** The package of the server's programs, with `native/pg-symlinks.json`. */
  root: string
  /** Where links go if the package can't be written to. */
  spare: string
}

/** Makes the links that are missing. Returns the environment in which the programs find their libraries. */
export async function linkLibraries({ root, spare }: LinkPlaces): Promise<Record<string, string>> {
  const missing = await missingLinks(root)
  try {
    for (const { source, target } of missing) {
      await replaceLink(relative(dirname(target), source), join(root, target))
    }
    return {}
  } catch (error) {
    if (!isReadOnly(error)) throw error
  }
  await mkdir(spare, { recursive: true })
  for (const { source, target } of missing) await replaceLink(join(root, source), join(spare, basename(target)))
  return { LD_LIBRARY_PATH: [spare, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':') }
}

async function missingLinks(root: string): Promise<Link[]> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: Link[] = JSON.parse(text)
  const missing: Link[] = []
  for (const link of links) if (!(await exists(join(root, link.target)))) missing.push(link)
  return missing
}

/** By a rename, so that two processes that do it at once both end with the whole link. */
async function replaceLink(source: string, path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`
  await symlink(source, draft)
  try {
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

function isReadOnly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code))
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
