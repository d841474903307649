/** Certificates of authorities that nobody knows, made by openssl. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A certificate and its key, as files and as texts. */
export interface Identity {
  certFile: string
  keyFile: string
  cert: string
  key: string
}

export interface IdentityOptions {
  /** `CN=...`; more with slashes between. */
  subject: string
  /** Lines of an openssl extension file. */
  extensions?: string[]
  /** Absent: it signs itself. */
  signer?: Identity
  days?: number
}

export const AUTHORITY = ['basicConstraints=critical,CA:TRUE']

/** Makes identities in a folder of this test. `x509` takes more options: `-not_after`. */
export function certificates(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'soapstone-certificates-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  let made = 0

  function identity({ subject, extensions = [], signer, days = 2 }: IdentityOptions): Identity {
    made += 1
    const path = (end: string) => join(folder, `${made}.${end}`)
    const [certFile, keyFile, request, ext] = [path('pem'), path('key'), path('csr'), path('ext')]
    writeFileSync(ext, `${extensions.join('\n')}\n`)
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', keyFile)
    openssl('req', '-new', '-key', keyFile, '-subj', `/${subject}`, '-out', request)
    const by = signer
      ? ['-CA', signer.certFile, '-CAkey', signer.keyFile, '-set_serial', String(made)]
      : ['-key', keyFile]
    openssl('x509', '-req', '-in', request, '-out', certFile, '-extfile', ext, '-days', String(days), ...by)
    return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
  }

  function file(name: string, text: string): string {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  return { identity, file }
}

function openssl(...options: string[]): void {
  execFileSync('openssl', options, { stdio: ['ignore', 'ignore', 'pipe'] })
}
