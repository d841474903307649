/** Who may come to which door, by the settings. */
import type { Config } from '../config/read.ts'
import { createGate, type Gate } from '../doors/gate.ts'
import type { Security } from '../doors/security.ts'
import type { Reloads } from './reloads.ts'

export interface Gates {
  outboundMessages: Gate
  /** `POST /orders/*` alone: whoever asks for the status of an order comes from anywhere. */
  quickAction: Gate
}

export async function createGates(config: Config, reloads: Reloads, security: Security): Promise<Gates> {
  async function gate(door: string, setting: 'OUTBOUND_MESSAGE_IP_ALLOWLIST' | 'SF_WEBHOOK_IP_ALLOWLIST') {
    const source = config[setting]
    const addresses = source && (await reloads.ipList(setting, source))
    return createGate({ door, security, ...(addresses && { addresses }) })
  }
  return {
    outboundMessages: await gate('outbound-messages', 'OUTBOUND_MESSAGE_IP_ALLOWLIST'),
    quickAction: await gate('quick-action', 'SF_WEBHOOK_IP_ALLOWLIST'),
  }
}
