/**
 * Connections to webhooks. A name is resolved here, each address is looked at, and the one that was looked at is dialled:
 * what the name means a moment later leads nowhere else. Literal addresses take the same way. So does a proxy: it is asked
 * for the address, and not for the name, which it would resolve for itself.
 */
import { lookup } from 'node:dns/promises'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import { type Proxies, proxyFor } from '../../runtime/proxy.ts'
import { isPublicAddress } from '../../runtime/public-address.ts'

export interface DialOptions {
  /** Also to addresses of our own network. */
  allowPrivate: boolean
  proxies: Proxies
  /** For one address, ms. */
  timeoutMs: number
  /** All addresses of a name. */
  resolve?: (host: string) => Promise<string[]>
  /** Certificates to trust besides those of Node. */
  ca?: string
}

/** The destination is not dialled. */
export class Refused extends Error {}

/** Of a name with many addresses so many are tried. */
const MOST_ADDRESSES = 4

export function createDial(options: DialOptions): buildConnector.connector {
  const { proxies, timeoutMs, ca } = options
  const connect = buildConnector({ timeout: timeoutMs, allowH2: false, ...(ca !== undefined && { ca }) })

  async function dial(target: buildConnector.Options): Promise<Socket> {
    const host = target.hostname.replace(/^\[(.*)\]$/, '$1')
    // The certificate is to be that of the name, whichever address it has. An address has no SNI.
    const servername = target.servername || (isIP(host) === 0 ? host : '')
    let failed: unknown
    for (const address of await destinations(host, options)) {
      try {
        return await open({ ...target, hostname: address, servername })
      } catch (error) {
        failed = error
      }
    }
    throw failed
  }

  async function open(target: buildConnector.Options): Promise<Socket> {
    const port = target.port || (target.protocol === 'https:' ? '443' : '80')
    const authority = `${isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname}:${port}`
    const proxy = proxyFor(`${target.protocol}//${target.servername || authority}`, proxies)
    if (proxy === undefined) return await connected(connect, plain(target))
    const httpSocket = await tunnel({ proxy, authority, timeoutMs })
    return target.protocol === 'https:' ? await connected(connect, { ...target, httpSocket }) : httpSocket
  }

  return (target, callback) => {
    dial(target).then(
      (socket) => callback(null, socket),
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
    )
  }
}

/** Without TLS a name beside the address would be dialled in its place. */
function plain({ servername, ...target }: buildConnector.Options): buildConnector.Options {
  return target.protocol === 'https:' && servername ? { ...target, servername } : target
}

/** The addresses that may be dialled; of the own network none, unless that is allowed. */
async function destinations(host: string, { allowPrivate, resolve = resolveAll }: DialOptions): Promise<string[]> {
  const addresses = isIP(host) === 0 ? await resolve(host) : [host]
  const allowed = allowPrivate ? addresses : addresses.filter(isPublicAddress)
  if (allowed.length > 0) return allowed.slice(0, MOST_ADDRESSES)
  throw new Refused(
    `${host} leads to ${addresses.join(', ') || 'no address'}, which is not in the open internet (WEBHOOK_ALLOW_PRIVATE)`,
  )
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

function connected(connect: buildConnector.connector, target: buildConnector.Options): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect(target, (...[error, socket]) => (error === null ? resolve(socket) : reject(error)))
  })
}

/** A connection through the proxy to that address and port. */
function tunnel({ proxy, authority, timeoutMs }: { proxy: string; authority: string; timeoutMs: number }) {
  const { username, password, protocol } = new URL(proxy)
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const asked: ClientRequest = (protocol === 'https:' ? httpsRequest : httpRequest)(proxy, {
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(login !== ':' && { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
    },
    timeout: timeoutMs,
    agent: false,
  })
  return new Promise<Socket>((resolve, reject) => {
    asked.once('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new Error(`the proxy answered ${statusCode}`))
    })
    asked.once('response', ({ statusCode }) => reject(new Error(`the proxy answered ${statusCode}`)))
    asked.once('timeout', () => asked.destroy(new Error('the proxy does not answer')))
    asked.once('error', reject)
    asked.end()
  })
}
