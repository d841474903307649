/**
 * Client certificates: who signed it, and for which name. It is shown in the handshake, or by a proxy that ends TLS and
 * hands it over in a header.
 */
import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'

export interface ClientCertificates {
  /** Why the sender is not the one it should be. Undefined: it is. */
  refusal(request: FastifyRequest): string | undefined
}

export interface ClientCertificateOptions {
  /** Those who sign, as they are now. */
  authorities: () => readonly X509Certificate[]
  /** Common names or DNS names. One of them is enough. */
  names: readonly string[]
  /** Whether the handshake of that connection has found the certificate good, with all that lies between. */
  verified: (socket: Socket) => boolean
  /** Where TLS ends at a proxy: the header in which it hands the certificate over, and the proxies that may. */
  header?: { name: string; proxies: { allowed(address: string | undefined): boolean } }
  now: () => Date
}

export function createClientCertificates(options: ClientCertificateOptions): ClientCertificates {
  const { authorities, names, verified, header, now } = options
  return {
    refusal({ headers, socket }) {
      if (header?.proxies.allowed(socket.remoteAddress)) return judge(headers[header.name], () => false)
      const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
      return judge(shown, () => verified(socket))
    },
  }

  function judge(shown: X509Certificate | string | string[] | undefined, vouched: () => boolean): string | undefined {
    if (shown === undefined || shown === '') return 'no certificate'
    const certificate = shown instanceof X509Certificate ? shown : readHeader(shown)
    if (certificate === undefined) return 'unreadable certificate'
    if (!names.some((name) => isFor(certificate, name))) return 'another name'
    const at = now()
    if (!isValid(certificate, at)) return 'not valid now'
    const signed = authorities().some((one) => isValid(one, at) && hasSigned(one, certificate))
    return signed || vouched() ? undefined : 'another authority'
  }
}

/** Of the common name, or one of the DNS names. A certificate for `*.example.com` is nobody's in particular. */
function isFor(certificate: X509Certificate, name: string): boolean {
  return certificate.checkHost(name, { subject: 'always', wildcards: false }) !== undefined
}

/**
 * Not by what the handshake says alone: OpenSSL also refuses what is not marked as a certificate of a client, and public
 * authorities stop marking them so.
 */
function hasSigned(authority: X509Certificate, certificate: X509Certificate): boolean {
  // Also the certificate itself may be named: Salesforce makes some that nobody else has signed.
  if (authority.fingerprint256 === certificate.fingerprint256) return true
  return authority.ca && certificate.checkIssued(authority) && certificate.verify(authority.publicKey)
}

function isValid({ validFrom, validTo }: X509Certificate, at: Date): boolean {
  return new Date(validFrom) <= at && at <= new Date(validTo)
}

/** PEM with percent signs (nginx), DER in base64 (Caddy), or the same between colons (RFC 9440). */
function readHeader(text: string | string[]): X509Certificate | undefined {
  if (typeof text !== 'string') return undefined
  try {
    if (text.startsWith('-----BEGIN')) return new X509Certificate(decodeURIComponent(text))
    const [, base64] = /^:?([A-Za-z0-9+/]+=*):?$/.exec(text) ?? []
    return base64 === undefined ? undefined : new X509Certificate(Buffer.from(base64, 'base64'))
  } catch {
    return undefined
  }
}
