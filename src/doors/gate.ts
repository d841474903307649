/** Who may come in at all. A door asks before it reads anything of a request but its head. */
import type { FastifyRequest } from 'fastify'
import type { ClientCertificates } from './client-certificate.ts'
import type { Security } from './security.ts'

export interface Gate {
  /** Whoever is not admitted has been reported already. */
  admits(request: FastifyRequest): boolean
}

export interface GateOptions {
  /** As the report calls the door. */
  door: string
  /** Who may come. Absent: whoever can reach us. */
  addresses?: { allowed(address: string | undefined): boolean }
  /** What they must show. Absent: nothing. */
  certificates?: ClientCertificates
  security: Pick<Security, 'report'>
}

export function createGate({ door, addresses, certificates, security }: GateOptions): Gate {
  return {
    admits(request) {
      const { ip } = request
      if (addresses !== undefined && !addresses.allowed(ip)) {
        security.report('address_refused', { ip, door })
        return false
      }
      const reason = certificates?.refusal(request)
      if (reason === undefined) return true
      security.report('certificate_refused', { ip, door, reason })
      return false
    },
  }
}
