/** How requests arrive: TLS, and who may come to which door, by the settings. */
import type { IpSource } from '../config/ip-lists.ts'
import type { Config } from '../config/read.ts'
import { type ClientCertificates, createClientCertificates } from '../doors/client-certificate.ts'
import { createGate, type Gate } from '../doors/gate.ts'
import type { Security } from '../doors/security.ts'
import { checkMaterial, createTls, type Tls } from '../http/tls.ts'
import { readCertificates } from '../runtime/certificates.ts'
import { createIpList, type IpList, readListFile } from '../runtime/ip-list.ts'
import type { Log } from '../runtime/log.ts'
import type { Reloads } from './reloads.ts'

export interface Transport {
  /** Absent: plain HTTP. */
  tls?: Tls
  /** Those who are believed when they say who asks. Absent: nobody. */
  proxies?: IpList
  outboundMessages: Gate
  /** For `POST /orders/*` alone: whoever asks for the status of an order may come from anywhere. */
  quickAction: Gate
}

interface TransportPorts {
  reloads: Reloads
  security: Security
  log: Log
}

export async function createTransport(config: Config, { reloads, security, log }: TransportPorts): Promise<Transport> {
  const { OUTBOUND_MESSAGE_IP_ALLOWLIST, SF_WEBHOOK_IP_ALLOWLIST } = config
  const proxies = config.TRUST_PROXY && createIpList(config.TRUST_PROXY)
  const { tls, certificates } = await openTls(config, { proxies, reloads, log })

  async function gate(door: string, lists: Record<string, IpSource | undefined>): Promise<Gate> {
    const [[setting, source] = []] = Object.entries(lists)
    const addresses = setting && source && (await openIpList(setting, source, reloads))
    return createGate({ door, security, ...(addresses && { addresses }), ...(certificates && { certificates }) })
  }
  return {
    ...(tls && { tls }),
    ...(proxies && { proxies }),
    outboundMessages: await gate('outbound-messages', { OUTBOUND_MESSAGE_IP_ALLOWLIST }),
    quickAction: await gate('quick-action', { SF_WEBHOOK_IP_ALLOWLIST }),
  }
}

async function openIpList(setting: string, source: IpSource, reloads: Reloads): Promise<IpList> {
  if ('entries' in source) return createIpList(source.entries)
  const make = ([text = '']: string[]) => createIpList(readListFile(text))
  const list = await reloads.watch({ setting, files: [source.file], make })
  return { allowed: (address) => list.current.allowed(address) }
}

/** Both of one look at the files: the handshake and the door must never know different authorities. */
async function openTls(
  config: Config,
  { proxies, reloads, log }: { proxies: IpList | undefined; reloads: Reloads; log: Log },
): Promise<{ tls?: Tls; certificates?: ClientCertificates }> {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TLS_CLIENT_CA_FILE, TLS_CLIENT_NAMES, TLS_CLIENT_HEADER } = config
  const own = TLS_CERT_FILE && TLS_KEY_FILE ? [TLS_CERT_FILE.file, TLS_KEY_FILE.file] : []
  const files = [...own, ...(TLS_CLIENT_CA_FILE ? [TLS_CLIENT_CA_FILE.file] : [])]
  if (files.length === 0) return {}
  let tls: Tls | undefined
  const made = await reloads.watch({
    setting: 'TLS_..._FILE',
    files,
    make(texts) {
      const [cert = '', key = ''] = texts
      const signers = TLS_CLIENT_CA_FILE && texts.at(-1)
      const material = own.length === 0 ? undefined : checkMaterial({ cert, key, authorities: signers })
      return { material, authorities: signers === undefined ? [] : readCertificates(signers) }
    },
    onChanged: ({ material }) => material && tls?.replace(material),
  })
  tls = made.current.material && createTls(made.current.material, log)
  if (TLS_CLIENT_NAMES === undefined) return { ...(tls && { tls }) }
  const certificates = createClientCertificates({
    authorities: () => made.current.authorities,
    names: TLS_CLIENT_NAMES,
    verified: (socket) => tls?.verified(socket) ?? false,
    ...(TLS_CLIENT_HEADER !== undefined && proxies && { header: { name: TLS_CLIENT_HEADER, proxies } }),
    now: () => new Date(),
  })
  return { ...(tls && { tls }), certificates }
}
