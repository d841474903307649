/** The door for outbound messages, put together from the settings. */
import type { Organization } from '../config/organizations.ts'
import type { Config } from '../config/read.ts'
import type { Door } from '../doors/door.ts'
import type { Gate } from '../doors/gate.ts'
import type { Contract } from '../doors/outbound-message/contract.ts'
import { createOutboundMessages } from '../doors/outbound-message/door.ts'
import { bodyLimits, memoryLimits } from '../doors/outbound-message/memory.ts'
import type { Recorder } from '../doors/outbound-message/ports.ts'
import type { Security } from '../doors/security.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Log } from '../runtime/log.ts'

export interface OutboundMessagesOptions {
  config: Config
  /** Whose messages are taken: it may change while it runs. */
  organizations: readonly Organization[]
  contracts: Contract[]
  /** Who may ask here at all. */
  gate: Gate
  recorder: Recorder
  security: Security
  metrics: Metrics
  log: Log
}

/** Salesforce waits this long for an answer. A message that has not arrived by then is not waited for. */
export const REQUEST_TIMEOUT_MS = 60_000

/** Bodies of large messages that are in memory at the same time, if there is enough of it. */
const WANTED_BUDGET = 128 * 1024 * 1024

/** What bodies may take where there is memory enough. */
export function wantedBodies(limit: number): { limit: number; budget: number } {
  return { limit, budget: Math.max(limit * 4, WANTED_BUDGET) }
}

export function outboundMessages(options: OutboundMessagesOptions): Door {
  const { config, organizations, contracts, gate, recorder, security, metrics, log } = options
  const limits = bodyLimits(memoryLimits(), wantedBodies(config.BODY_LIMIT))
  if (limits.limit < config.BODY_LIMIT) log.warn({ BODY_LIMIT: config.BODY_LIMIT, ...limits }, 'soapstone.memory_low')
  return createOutboundMessages({
    recorder,
    contracts,
    gate,
    organizationIds: () => organizations.map(({ id }) => id),
    foreignOrganizations: config.FOREIGN_ORGANIZATIONS,
    unknownFields: config.UNKNOWN_FIELDS,
    ...(config.PUBLIC_URL !== undefined && { publicUrl: config.PUBLIC_URL }),
    ...(config.OUTBOUND_MESSAGE_KEY !== undefined && { key: config.OUTBOUND_MESSAGE_KEY }),
    bodyLimit: limits.limit,
    bodyBudget: limits.budget,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    log,
    security,
    meter: metrics,
  })
}
