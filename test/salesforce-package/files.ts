/** The package for Salesforce as its files, and copies of it with a mistake. */
import type { PackageFiles } from '../../src/salesforce/package/files.ts'

/** A copy in which one text of one file is another. Throws when the text is not there: the mistake would be none. */
export function planted(files: PackageFiles, path: string, from: string, to: string): PackageFiles {
  const text = files.get(path)
  if (!text?.includes(from)) throw new Error(`${path} has no ${from}`)
  return new Map([...files, [path, text.replaceAll(from, to)]])
}

/** A copy without one file. */
export function without(files: PackageFiles, path: string): PackageFiles {
  if (!files.has(path)) throw new Error(`there is no ${path}`)
  return new Map([...files].filter(([name]) => name !== path))
}

/** A copy in which one file has another name. */
export function renamed(files: PackageFiles, from: string, to: string): PackageFiles {
  const text = files.get(from) ?? ''
  return new Map([...without(files, from), [to, text]])
}
