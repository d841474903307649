/**
 * The way out through a forward proxy, where an installation has no other: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, with the
 * meaning that curl gives them. Node can do this by itself from 22.21 on; we run on 22.15.
 */
export interface Proxies {
  /** Proxy for https targets, e.g. `http://proxy.local:3128`; user and password may be in it. */
  https?: string
  /** The same for http targets. */
  http?: string
  /** Hosts that are reached directly: `host`, `.domain`, `host:port`, `*`, separated by commas or spaces. */
  except?: string
}

/** What our clients use of fetch. */
export interface Init {
  method: string
  body?: string | URLSearchParams
  headers?: Record<string, string>
  redirect: 'manual'
  signal: AbortSignal
}

export type Fetch = (
  url: string,
  init: Init,
) => Promise<{ status: number; headers: Iterable<[string, string]>; text(): Promise<string> }>

/** The proxy through which this URL is reached; undefined: directly. */
export function proxyFor(url: string, { https, http, except = '' }: Proxies): string | undefined {
  const { protocol, hostname, port } = new URL(url)
  const proxy = protocol === 'https:' ? https : http
  // No proxy reaches our own machine by an address that means the proxy's own there.
  if (proxy === undefined || /^127(?:\.\d+){3}$|^\[::1\]$/.test(hostname)) return undefined
  const asked = { host: hostname.toLowerCase(), port: port || (protocol === 'https:' ? '443' : '80') }
  return except.split(/[\s,]+/).some((entry) => entry !== '' && covers(entry.toLowerCase(), asked)) ? undefined : proxy
}

function covers(entry: string, asked: { host: string; port: string }): boolean {
  if (entry === '*') return true
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  const domain = name.replace(/^\*?\./, '')
  if (port !== undefined && port !== asked.port) return false
  return asked.host === domain || asked.host.endsWith(`.${domain}`)
}

/** A fetch that takes the way of `proxyFor`. */
export function createFetch(proxies: Proxies): Fetch {
  const ways = new Map<string, Promise<Fetch>>()
  return async (url, init) => {
    const proxy = proxyFor(url, proxies)
    if (proxy === undefined) return fetch(url, init)
    const way = ways.get(proxy) ?? through(proxy)
    ways.set(proxy, way)
    return (await way)(url, init)
  }
}

/** Loaded only where there is a proxy. The fetch must be of the same release as the agent. */
async function through(proxy: string): Promise<Fetch> {
  const undici = await import('undici')
  // A tunnel for http too: what we send holds a secret, and is nothing that a proxy should keep.
  // HTTP/2 would let one broken connection take all requests with it.
  const dispatcher = new undici.ProxyAgent({ uri: proxy, proxyTunnel: true, requestTls: { allowH2: false } })
  return (url, init) => undici.fetch(url, { ...init, dispatcher })
}
