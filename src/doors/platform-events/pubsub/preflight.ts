/**
 * Asks whether somebody speaks HTTP/2 there, by a connection that is thrown away. gRPC never closes a connection whose peer
 * took it and says nothing, also when its client is closed: each further try would leave one more.
 */
import { request } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface Way {
  host: string
  port: number
  tls: boolean
  /** `http://[user:password@]host:port` of a forward proxy. */
  proxy?: string | undefined
}

/** Rejects where nobody speaks it within that time, and says why. */
export async function preflight(way: Way, ms: number): Promise<void> {
  const signal = AbortSignal.timeout(ms)
  const tunnel = way.proxy === undefined ? undefined : await throughProxy(way.proxy, way, signal)
  try {
    await settingsOf(way, tunnel, signal)
  } finally {
    tunnel?.destroy()
  }
}

/** The first that a server of HTTP/2 says is its settings. */
function settingsOf({ host, port, tls }: Way, tunnel: Socket | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const authority = `${tls ? 'https' : 'http'}://${host}:${port}`
    const through = tunnel && (tls ? connectTls({ socket: tunnel, servername: host, ALPNProtocols: ['h2'] }) : tunnel)
    const session = connectHttp2(authority, through === undefined ? {} : { createConnection: () => through })
    const end = (error?: unknown) => {
      signal.removeEventListener('abort', late)
      session.destroy()
      through?.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    const late = () => end(new Error(`${host}:${port} took the connection and said nothing`))
    signal.addEventListener('abort', late)
    through?.on('error', end)
    session.once('remoteSettings', () => end())
    session.on('error', end)
    session.once('close', () => end(new Error(`${host}:${port} closed the connection`)))
  })
}

function throughProxy(proxy: string, { host, port }: Way, signal: AbortSignal): Promise<Socket> {
  const { hostname, port: proxyPort, username, password } = new URL(proxy)
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return new Promise((resolve, reject) => {
    const asked = request({
      ...{ method: 'CONNECT', host: hostname, port: proxyPort || 80, path: `${host}:${port}`, signal },
      headers: { host: `${host}:${port}`, ...(username && { 'proxy-authorization': `Basic ${credentials}` }) },
    })
    asked.once('connect', ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new Error(`the proxy answered ${statusCode}`))
    })
    asked.once('error', reject)
    asked.end()
  })
}
