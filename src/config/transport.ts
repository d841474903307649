/** The settings about how requests arrive, looked at together: each may be right alone, and mean nothing without another. */
import type { X509Certificate } from 'node:crypto'
import type { Certificates, Key } from './certificates.ts'

interface TransportSettings {
  TLS_CERT_FILE?: Certificates | undefined
  TLS_KEY_FILE?: Key | undefined
  TLS_CLIENT_CA_FILE?: Certificates | undefined
  TLS_CLIENT_NAMES?: readonly string[] | undefined
  TLS_CLIENT_HEADER?: string | undefined
  TRUST_PROXY?: readonly string[] | undefined
}

const NAMES = /^(?:TLS_|TRUST_PROXY)/

/** Adds to the problems what is wrong with them. */
export function checkTransport(settings: TransportSettings, problems: string[]): void {
  // One that could not be read is as good as absent here, and would be told of twice.
  if (problems.some((problem) => NAMES.test(problem))) return
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, TLS_CLIENT_CA_FILE: authorities } = settings
  const { TLS_CLIENT_NAMES: names, TLS_CLIENT_HEADER: header, TRUST_PROXY: proxies } = settings
  const [leaf] = cert?.certificates ?? []
  if ((cert === undefined) !== (key === undefined)) problems.push('TLS_CERT_FILE and TLS_KEY_FILE go together')
  else if (leaf && key && !leaf.checkPrivateKey(key.key)) {
    problems.push(`TLS_KEY_FILE (${key.file}) is not the key of the first certificate in TLS_CERT_FILE (${cert?.file})`)
  }
  if ((authorities === undefined) !== (names === undefined)) {
    problems.push(
      'TLS_CLIENT_CA_FILE and TLS_CLIENT_NAMES go together: an authority signs for many, and a name alone proves nothing',
    )
  }
  if (header !== undefined && authorities === undefined) {
    problems.push(
      'TLS_CLIENT_HEADER is set without TLS_CLIENT_CA_FILE: nothing would be asked of the certificate in it',
    )
  }
  if (header !== undefined && proxies === undefined) {
    problems.push('TLS_CLIENT_HEADER is set without TRUST_PROXY: whoever asks could write the header himself')
  }
  if (authorities !== undefined && cert === undefined && header === undefined) {
    problems.push(
      'TLS_CLIENT_CA_FILE is set, but nobody can show a certificate: set TLS_CERT_FILE and TLS_KEY_FILE, or TLS_CLIENT_HEADER where a proxy ends TLS',
    )
  }
}

const DAY_MS = 86_400_000
const SOON_DAYS = 14

/** Certificates that are over, or soon will be. */
export function expiries(settings: TransportSettings, now: Date): string[] {
  const leaf = settings.TLS_CERT_FILE?.certificates.slice(0, 1) ?? []
  const authorities = settings.TLS_CLIENT_CA_FILE?.certificates ?? []
  return [
    ...leaf.flatMap((one) => expiry('TLS_CERT_FILE', one, now) ?? []),
    ...authorities.flatMap((one) => expiry('TLS_CLIENT_CA_FILE', one, now) ?? []),
  ]
}

function expiry(setting: string, { subject, validTo }: X509Certificate, now: Date): string | undefined {
  const days = Math.floor((Date.parse(validTo) - now.getTime()) / DAY_MS)
  if (days >= SOON_DAYS) return undefined
  const name = subject.replaceAll('\n', ', ')
  const when = days < 0 ? 'has expired' : `expires in ${days} ${days === 1 ? 'day' : 'days'}`
  return `the certificate of ${name} in ${setting} ${when} (${validTo})`
}
