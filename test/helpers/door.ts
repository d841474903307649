/** The HTTP server alone, on a port of its own, with a recorder that remembers or one that is given. */
import { pino } from 'pino'
import type { Message } from '../../src/domain/notification.ts'
import type { Contract } from '../../src/doors/outbound-message/contract.ts'
import type { Recorder } from '../../src/doors/outbound-message/route.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createApp } from '../../src/http/server.ts'

const MIB = 1024 * 1024
const ORGANIZATION = '00DSs000000SOAPMA4'

export interface DoorOptions {
  contracts: Contract[]
  recorder?: Recorder
  bodyLimit?: number
  requestTimeoutMs?: number
}

export async function openDoor({ contracts, recorder, bodyLimit = 32 * MIB, requestTimeoutMs = 30_000 }: DoorOptions) {
  const recorded: Message[] = []
  const log: string[] = []
  const remember: Recorder = {
    async record(message) {
      recorded.push(message)
      return { recorded: message.notifications.length, duplicates: 0 }
    },
  }
  const app = await createApp({
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
    metrics: createMetrics(),
    outboundMessages: {
      recorder: recorder ?? remember,
      contracts,
      organizationIds: [ORGANIZATION],
      foreignOrganizations: 'refuse',
      unknownFields: 'report',
      bodyLimit,
      bodyBudget: bodyLimit * 4,
    },
    readiness: async () => ({ ready: true, ledger: 'up', paused: [], marker: 'none' }),
    requestTimeoutMs,
    maxEventLoopDelayMs: 10_000,
    maxConnections: 100,
  })
  let inFlight = 0
  app.server.on('request', (_, response) => {
    inFlight += 1
    response.on('close', () => {
      inFlight -= 1
    })
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    port: Number(new URL(url).port),
    endpoint: `${url}/outbound-messages/${contracts[0]?.name}`,
    organizationId: ORGANIZATION,
    /** What got in, where no recorder was given. */
    recorded,
    log,
    /** Requests that have begun and not ended. */
    inFlight: () => inFlight,
    close: () => app.close(),
  }
}
