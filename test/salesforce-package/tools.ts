/** What npm run check:package gives the checks: tools, and a package on disk for them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PackageFiles } from '../../src/salesforce/package/files.ts'

/** The folder with the tools. */
export function toolsFolder(): string {
  const folder = process.env.SALESFORCE_TOOLS
  if (folder === undefined) throw new Error('run npm run check:package')
  return folder
}

export function writeFiles(files: PackageFiles, folder: string): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
