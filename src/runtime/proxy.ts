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
