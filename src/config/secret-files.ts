/** Secrets in files, as containers and systemd hand them out: `WHMCS_SECRET_FILE=/run/secrets/whmcs`. */
import { readFileSync, statSync } from 'node:fs'
import { reasonOf } from './files.ts'

export interface SecretFile {
  text: string
  /** Others than its owner and his group may read it, or others than he may change it. */
  exposed: boolean
}

/** What is larger was named by mistake, and may have no end. */
const LARGEST = 64 * 1024
const EXPOSED = 0o027

/** Without the line end that editors and `echo` add. Throws an Error whose message ends the sentence "NAME_FILE ...". */
export function readSecretFile(path: string): SecretFile {
  const { bytes, mode } = readBytes(path)
  const text = decode(bytes, path).replace(/[\r\n]+$/, '')
  if (!/\S/.test(text)) throw new Error(`(${path}) is empty`)
  return { text, exposed: process.platform !== 'win32' && (mode & EXPOSED) !== 0 }
}

function readBytes(path: string) {
  try {
    const found = statSync(path)
    // A pipe can be read only once, and settings are read by more than one.
    if (!found.isFile()) throw new Error(`(${path}) is not a file`)
    if (found.size > LARGEST) throw new Error(`(${path}) is larger than ${LARGEST / 1024} KiB`)
    return { bytes: readFileSync(path), mode: found.mode }
  } catch (error) {
    if (error instanceof Error && !('code' in error)) throw error
    throw new Error(`can't be read: ${reasonOf(error, path)}`)
  }
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`(${path}) is not UTF-8 text`)
  }
}
