/** Who may come in at all. A door asks before it reads anything of a request but its head. */
import type { FastifyRequest } from 'fastify'
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
  security: Pick<Security, 'report'>
}

export function createGate({ door, addresses, security }: GateOptions): Gate {
  return {
    admits({ ip }) {
      if (addresses === undefined || addresses.allowed(ip)) return true
      security.report('address_refused', { ip, door })
      return false
    },
  }
}
