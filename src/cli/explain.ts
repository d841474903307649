/** What the user reads when a verb fails, and the exit code: what they can mend is a sentence, all else has its stack. */
import { Refusal } from '../operations/refusal.ts'
import { Explained } from '../runtime/explained.ts'

export interface Explanation {
  text: string
  /** 1: something failed or was not found; 2: wrong use. */
  exitCode: 1 | 2
}

export function explain(error: unknown): Explanation {
  if (error instanceof Refusal) return { text: error.message, exitCode: error.kind === 'invalid' ? 2 : 1 }
  if (error instanceof Explained) return { text: withHint(error), exitCode: 1 }
  if (!(error instanceof Error)) return { text: String(error), exitCode: 1 }
  return { text: sentenceOf(error) ?? error.stack ?? error.message, exitCode: 1 }
}

/** What the driver said is in the message already; what to do about it follows from its code. */
function withHint(error: Explained): string {
  const hint = error.cause instanceof Error ? HINTS[codeOf(error.cause)] : undefined
  return hint === undefined ? error.message : `${error.message}: ${hint}`
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}

const CERTIFICATE = 'its certificate is not trusted: check sslrootcert and sslmode in DATABASE_URL'
const LOGIN = 'check user and password in DATABASE_URL, and pg_hba.conf'
const RIGHTS =
  'the user of DATABASE_URL lacks a right: soapstone migrate needs the owner, other commands a role of sql/README.md'
const READ_ONLY = 'the server is read-only, as a standby is: DATABASE_URL must name the primary'
const BEHIND = 'the schema does not fit this version: run soapstone migrate'

/** By SQLSTATE, or the code of Node. */
const HINTS: Record<string, string> = {
  '28000': LOGIN,
  '28P01': LOGIN,
  '3D000': 'create the database, or correct DATABASE_URL',
  '42501': RIGHTS,
  '25006': READ_ONLY,
  '42703': BEHIND,
  '42883': BEHIND,
  '42P01': BEHIND,
  '53300': 'all its connections are in use',
  '53100': 'its disk is full',
  ENOTFOUND: 'check the host in DATABASE_URL',
  EAI_AGAIN: 'check the host in DATABASE_URL, and the name server',
  CERT_HAS_EXPIRED: CERTIFICATE,
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: CERTIFICATE,
}

function sentenceOf(error: Error): string | undefined {
  return listenSentence(error) ?? postgresSentence(error)
}

function listenSentence(error: Error): string | undefined {
  const [address, port] = ['address' in error ? error.address : '', 'port' in error ? error.port : '']
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `${address}:${port} is taken by another process: end that one, or change PORT or ADMIN_PORT`
    case 'EACCES':
      return port === ''
        ? undefined
        : `this user may not listen on port ${port}: choose a PORT and an ADMIN_PORT from 1024 on`
    case 'EADDRNOTAVAIL':
      return `this machine has no address ${address}: check HOST and ADMIN_HOST`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `there is no address for the host ${'hostname' in error ? error.hostname : ''}: check HOST and ADMIN_HOST`
    default:
      return undefined
  }
}

/** Errors of Postgres have a SQLSTATE and a severity; those of a line that was cut, or of nobody who answers, have not. */
function postgresSentence(error: Error): string | undefined {
  const code = codeOf(error)
  const hint = 'severity' in error ? HINTS[code] : undefined
  if (hint !== undefined) return `Postgres says: ${error.message}: ${hint}`
  const away = 'severity' in error ? /^(?:08|53|57)/.test(code) : AWAY.test(`${code} ${error.message}`)
  return away ? `the ledger went away: ${error.message}` : undefined
}

const AWAY = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH) | Connection terminated| timeout/
