/** Certificates and keys that settings name by file. The files may change while the process runs; here is a first look. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { readCertificates } from '../runtime/certificates.ts'
import { readKeyFile, readText } from './files.ts'

/** The file, and what was in it. */
export interface Certificates {
  file: string
  certificates: readonly X509Certificate[]
}

export interface Key {
  file: string
  key: KeyObject
}

export function certificateFile(file: string): Certificates {
  const text = readText(file)
  try {
    return { file, certificates: readCertificates(text) }
  } catch (error) {
    throw new Error(`(${file}) ${error instanceof Error ? error.message : error}`)
  }
}

export function keyFile(file: string): Key {
  return { file, key: readKeyFile(file) }
}

/** Common names or DNS names, as certificates hold them. */
export function certificateNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !/^[^.*\s][^*]*$/.test(name))
  if (wrong !== undefined) throw new Error(`has an entry that is no name: '${wrong}'`)
  return names
}

export function headerName(text: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(text)) throw new Error('is not the name of a header')
  return text.toLowerCase()
}
