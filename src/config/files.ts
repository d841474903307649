/** What settings name on disk: keys, the mapping, folders. Texts of files are never part of an error. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Mapping } from '../domain/mapping/mapping.ts'
import { readMapping } from './mapping/read.ts'

/** 32 bytes in base64. Strict, because Node's own reader skips what it does not know: a typo would be another key. */
export function sessionKey(text: string): Buffer {
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32 || key.toString('base64') !== text)
    throw new Error('is not 32 bytes in base64: make one with openssl rand -base64 32')
  return key
}

/** What Salesforce takes for RS256. */
const SHORTEST_RSA = 2_048

/** The RSA key with which the JWT is signed. */
export function privateKey(path: string): KeyObject {
  const key = readKeyFile(path)
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type !== 'rsa') throw new Error(`(${path}) is a key of type ${type}: Salesforce takes RSA keys only`)
  const bits = details?.modulusLength ?? 0
  if (bits < SHORTEST_RSA) throw new Error(`(${path}) is an RSA key of ${bits} bits: it takes ${SHORTEST_RSA} or more`)
  return key
}

/** A private key of any kind. */
export function readKeyFile(path: string): KeyObject {
  const text = readText(path)
  if (/ENCRYPTED/.test(text)) throw new Error(`(${path}) is protected by a passphrase: write the key without one`)
  try {
    return createPrivateKey(text)
  } catch {
    throw new Error(`(${path}) ${otherThanKey(text)}`)
  }
}

/** OpenSSL's words for it are numbers and routines. */
function otherThanKey(text: string): string {
  try {
    createPublicKey(text)
    return `holds a ${/CERTIFICATE/.test(text) ? 'certificate' : 'public key'}: name the file of the private key`
  } catch {
    return /-----BEGIN /.test(text)
      ? 'holds a private key that is damaged or of a kind that is unknown'
      : 'holds no private key in PEM (-----BEGIN PRIVATE KEY-----)'
  }
}

export function mappingFile(path: string): Mapping {
  const { mapping, problems } = readMapping(readText(path).replace(/^\uFEFF/, ''))
  if (problems.length > 0) throw new Error(`(${path}) has problems: ${problems.join('; ')}`)
  return mapping
}

/** A folder with at least one WSDL in it. */
export function wsdlFolder(path: string): string {
  let files: string[]
  try {
    files = readdirSync(path)
  } catch (error) {
    throw new Error(`can't be read: ${reasonOf(error, path)}`)
  }
  if (!files.some((file) => file.endsWith('.wsdl'))) throw new Error(`(${path}) holds no .wsdl file`)
  return path
}

/** A folder that is there, or can be made. */
export function folder(path: string): string {
  if (!/\S/.test(path)) throw new Error('is blank')
  const found = statSync(path, { throwIfNoEntry: false })
  if (found && !found.isDirectory()) throw new Error(`(${path}) is not a folder`)
  return path
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`can't be read: ${reasonOf(error, path)}`)
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is none',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is not a folder',
}

/** Why reading that path failed, with the path. */
export function reasonOf(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return `${path}: ${REASONS[code] ?? code}`
}
