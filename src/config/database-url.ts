/** Where the ledger is, with the files that the URL names. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readPostgresUrl } from '../runtime/postgres-url.ts'
import { readText } from './files.ts'

/** What `DATABASE_URL` says to ask for the embedded server. */
export const EMBEDDED = 'embedded'

export function databaseUrl(text: string): string {
  if (text === EMBEDDED) return text
  const { urls } = readPostgresUrl(text)
  for (const url of urls) {
    for (const [parameter, path] of new URL(url).searchParams) checkFile(parameter, path)
  }
  return withClearMode(text, new URL(urls[0] ?? text).searchParams)
}

/** The driver takes these for `verify-full`, and prints a long warning that it will not do so for ever. */
const AS_VERIFY_FULL = ['prefer', 'require', 'verify-ca']
const MODES = ['disable', 'no-verify', 'verify-full', ...AS_VERIFY_FULL]

/** Says what is done anyway, so that it stays so and nothing warns. `uselibpqcompat=true` asks for libpq's meanings. */
function withClearMode(text: string, parameters: URLSearchParams): string {
  const mode = parameters.get('sslmode')
  if (mode === null) return text
  // Of one that it does not know the driver makes some other.
  if (!MODES.includes(mode)) throw new Error(`has the sslmode ${mode}, which is none of ${MODES.join(', ')}`)
  if (!AS_VERIFY_FULL.includes(mode) || parameters.get('uselibpqcompat') === 'true') return text
  return text.replace(/([?&]sslmode=)[^&#]*/, '$1verify-full')
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
