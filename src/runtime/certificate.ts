/** The certificate at an address, as somebody sees it who knows nothing but the public authorities. */
import { connect, type TLSSocket } from 'node:tls'

export interface Certificate {
  /** Its chain leads to an authority that this machine knows, and it is for this name. */
  trusted: boolean
  reason?: string
  daysLeft: number
}

const DAY_MS = 86_400_000

/** Rejects where nobody answers by TLS. `now`: milliseconds since 1970. */
export async function readCertificate(
  url: URL,
  { timeoutMs, now }: { timeoutMs: number; now: number },
): Promise<Certificate> {
  const socket = await open(url, timeoutMs)
  try {
    const { valid_to: end } = socket.getPeerCertificate()
    const daysLeft = Math.floor((Date.parse(end) - now) / DAY_MS)
    if (socket.authorized) return { trusted: true, daysLeft }
    return { trusted: false, reason: reasonOf(socket.authorizationError), daysLeft }
  } finally {
    socket.destroy()
  }
}

const REASONS: Record<string, string> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate between it and its authority is not served',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here, or a certificate between is not served',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  CERT_HAS_EXPIRED: 'it has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
}

/** Typed as an Error, it is the code of OpenSSL alone. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return REASONS[code] ?? code
}

function open({ hostname, port }: URL, timeoutMs: number): Promise<TLSSocket> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      // An address has no name to ask for.
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      // What is wrong with it is what is asked for: nothing is sent.
      rejectUnauthorized: false,
      timeout: timeoutMs,
    })
    socket.once('secureConnect', () => resolve(socket))
    socket.once('error', reject)
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)))
  })
}
