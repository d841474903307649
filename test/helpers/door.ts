/** The listeners alone, on ports of their own, with a recorder that remembers or one that is given. */
import { pino } from 'pino'
import type { Message } from '../../src/domain/notification.ts'
import type { Contract } from '../../src/doors/outbound-message/contract.ts'
import { createOutboundMessages } from '../../src/doors/outbound-message/door.ts'
import type { OutboundMessageOptions, Recorder } from '../../src/doors/outbound-message/ports.ts'
import { createSecurity } from '../../src/doors/security.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { createListeners, type ListenersOptions } from '../../src/http/server.ts'

const MIB = 1024 * 1024
const ORGANIZATION = '00DSs000000SOAPMA4'

export interface DoorOptions extends Partial<Omit<OutboundMessageOptions, 'contracts'>> {
  contracts: Contract[]
  recorder?: Recorder
  maxConnections?: number
  readiness?: ListenersOptions['readiness']
  logLevel?: string
}

/** Everything may be changed; by default nobody who means well is refused. */
export async function openDoor(options: DoorOptions) {
  const { bodyLimit = 32 * MIB, requestTimeoutMs = 30_000, maxConnections = 400, logLevel = 'info', ...more } = options
  const recorded: Message[] = []
  const lines: string[] = []
  const remember: Recorder = {
    async record(message) {
      recorded.push(message)
      return { recorded: message.notifications.length, duplicates: 0 }
    },
  }
  const log = pino({ level: logLevel }, { write: (line: string) => void lines.push(line) })
  const metrics = createMetrics()
  const door = createOutboundMessages({
    recorder: remember,
    gate: { admits: () => true },
    organizationIds: () => [ORGANIZATION],
    foreignOrganizations: 'refuse',
    unknownFields: 'report',
    bodyLimit,
    bodyBudget: bodyLimit * 4,
    requestTimeoutMs,
    log,
    security: createSecurity({ log, onEvent: metrics.security, now: () => performance.now() }),
    meter: metrics,
    ...more,
  })
  const listeners = await createListeners({
    log,
    metrics,
    doors: [door],
    readiness: options.readiness ?? (async () => ({ ready: true, ledger: 'up', paused: [], marker: 'none' })),
    public: { host: '127.0.0.1', port: 0 },
    private: { host: '127.0.0.1', port: 0 },
    requestTimeoutMs,
    maxEventLoopDelayMs: 10_000,
    maxConnections,
  })
  const { url, adminUrl = '' } = await listeners.open()
  return {
    url,
    adminUrl,
    port: Number(new URL(url).port),
    endpoint: `${url}/outbound-messages/${options.contracts[0]?.name}`,
    organizationId: ORGANIZATION,
    /** What got in, where no recorder was given. */
    recorded,
    log: lines,
    /** The log lines with that message. */
    logged: (message: string): Record<string, unknown>[] =>
      lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message),
    /** What /metrics says of one name with its labels. */
    async metric(name: string): Promise<number | undefined> {
      const { text } = await metrics.page()
      const line = text.split('\n').find((one) => one.startsWith(`${name} `))
      return line === undefined ? undefined : Number(line.split(' ').at(-1))
    },
    async close() {
      await listeners.closeDoors()
      await listeners.close()
    },
  }
}

/** The fields of a recorded notification, as Postgres would read them. */
export function fieldsOf(message: Message | undefined, at = 0): Record<string, unknown> {
  const fields = message?.notifications[at]?.fields
  return Buffer.isBuffer(fields) ? JSON.parse(fields.toString()) : (fields ?? {})
}
