/** TLS of a listener: a certificate that may be renewed while it runs, and what it asks of those who connect. */
import { constants, createPrivateKey } from 'node:crypto'
import { createServer, type Server, type ServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { readCertificates } from '../runtime/certificates.ts'
import type { Log } from '../runtime/log.ts'
import { createSampledLog } from '../runtime/sampled.ts'

export interface TlsMaterial {
  /** PEM: the certificate and its chain. */
  cert: string
  /** PEM. */
  key: string
  /** PEM, one or several: who may vouch for those who connect. Absent: nobody is asked for a certificate. */
  authorities?: string | undefined
}

export interface Tls {
  createServer(options: ServerOptions, handler: ServerHandler): Server
  /** From the next connection on. */
  replace(material: TlsMaterial): void
  /** Whether the handshake of that connection found its certificate good, by the authorities that count now. */
  verified(socket: Socket): boolean
}

type ServerHandler = NonNullable<Parameters<typeof createServer>[1]>

/** A handshake that takes longer keeps a connection from others. */
const HANDSHAKE_MS = 10_000

export function createTls(first: TlsMaterial, log: Log): Tls {
  const sampled = createSampledLog(log)
  let material = first
  const servers: Server[] = []
  /** By the other end of each connection: the authorities when it began. */
  const authorities = new Map<string, string | undefined>()

  return {
    createServer(options, handler) {
      const server = createServer(
        {
          ...{ ...options, ...contextOf(material), ...askFor(material) },
          handshakeTimeout: HANDSHAKE_MS,
          // Whoever closes his side when he has sent all gets his answer: see answerHalfClosed.
          allowHalfOpen: true,
        },
        handler,
      )
      server.on('connection', (socket: Socket) => {
        const key = keyOf(socket)
        authorities.set(key, material.authorities)
        socket.once('close', () => authorities.delete(key))
      })
      server.on('tlsClientError', (error: NodeJS.ErrnoException, { remoteAddress: ip }) => {
        // Whoever goes away in the middle of it only looked whether somebody is here.
        if (error.code !== 'ECONNRESET') sampled.warn({ ip, code: error.code }, 'tls.handshake_failed')
      })
      servers.push(server)
      return server
    },
    replace(next) {
      material = next
      for (const server of servers) {
        server.setSecureContext(contextOf(next))
        // Whoever comes again sees the new certificate.
        server.closeIdleConnections()
      }
    },
    verified(socket) {
      if (!(socket instanceof TLSSocket) || !socket.authorized) return false
      return material.authorities !== undefined && authorities.get(keyOf(socket)) === material.authorities
    },
  }
}

/** Without a good certificate the handshake succeeds all the same: some of the routes need none. */
function askFor({ authorities }: TlsMaterial) {
  return { requestCert: authorities !== undefined, rejectUnauthorized: false }
}

/** Throws when it is of no use: damaged, or a key of another certificate. */
export function checkMaterial(material: TlsMaterial): TlsMaterial {
  const [leaf] = readCertificates(material.cert)
  // OpenSSL takes an empty text for no certificate and no key, and has nothing against that.
  if (leaf?.checkPrivateKey(createPrivateKey(material.key)) !== true)
    throw new Error('the key is of another certificate')
  createSecureContext(contextOf(material))
  return material
}

function contextOf({ cert, key, authorities }: TlsMaterial) {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2' as const,
    // A session that is resumed brings the verdict of its first handshake along, whatever has changed since.
    ...(authorities !== undefined && { ca: authorities, secureOptions: constants.SSL_OP_NO_TICKET }),
  }
}

/** The TCP connection below a TLS socket is another object with the same ends. */
function keyOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`
}
