/** Where the ledger is, with the files that the URL names. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readPostgresUrl } from '../runtime/postgres-url.ts'
import { readText } from './files.ts'

/** What `DATABASE_URL` says to ask for the embedded server. */
export const EMBEDDED = 'embedded'

export function databaseUrl(text: string): string {
  if (text === EMBEDDED) return text
  for (const url of readPostgresUrl(text).urls) {
    for (const [parameter, path] of new URL(url).searchParams) checkFile(parameter, path)
  }
  return text
}

/** Here, because the driver says of them `error:0480006C:PEM routines::no start line`, and only when it connects. */
function checkFile(parameter: string, path: string): void {
  if (parameter === 'sslrootcert' || parameter === 'sslcert') {
    check(parameter, path, 'certificate in PEM', (file) => new X509Certificate(file))
  }
  if (parameter === 'sslkey') check(parameter, path, 'private key in PEM', createPrivateKey)
}

function check(parameter: string, path: string, what: string, read: (file: string) => unknown): void {
  let file: string
  try {
    file = readText(path)
  } catch (error) {
    throw new Error(`names an ${parameter} that ${error instanceof Error ? error.message : error}`)
  }
  try {
    read(file)
  } catch {
    throw new Error(`names an ${parameter} that is no ${what}: ${path}`)
  }
}
