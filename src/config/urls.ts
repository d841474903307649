/** Addresses: what can never work is refused here, and not at the first order. */

/** Tokens and secrets travel there: plain http is for the own machine only. Without a slash at its end. */
export function secureUrl(text: string): string {
  if (!URL.canParse(text) || !['https:', 'http:'].includes(new URL(text).protocol))
    throw new Error('is not a URL of https: or http:')
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  if (protocol === 'http:' && !isLoopback(hostname)) throw new Error('must be https (http only for loopback)')
  // fetch refuses such an address, and an error would show it.
  if (username || password) throw new Error('must not have a user or a password')
  if (search || hash) throw new Error('must not have a query or a fragment')
  return text.replace(/\/+$/, '')
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || /^\[?::1\]?$/.test(hostname) || /^127(?:\.\d+){3}$/.test(hostname)
}

/** Hosts of pages. They answer API calls with a page, a redirect or 404. */
const PAGES = /\.(?:lightning\.force\.com|visualforce\.com|(?:vf|file|content)\.force\.com|salesforce-setup\.com)$/

/** The host alone: Soapstone adds the paths of the API. */
export function salesforceUrl(text: string): string {
  const url = secureUrl(text)
  const { hostname, pathname, origin } = new URL(url)
  if (PAGES.test(hostname)) {
    const host = hostname.replace(/\.lightning\.force\.com$/, '.my.salesforce.com')
    const use = host === hostname ? 'My Domain, https://<name>.my.salesforce.com' : `https://${host}`
    throw new Error(`is the address of a page, not of the API: use ${use}`)
  }
  if (pathname !== '/') throw new Error(`must be the host alone, without ${pathname}: ${origin}`)
  return url
}

/** Where every organisation can log in, but none has its data. */
const LOGIN_HOSTS = ['login.salesforce.com', 'test.salesforce.com']

export function isLoginHost(url: string): boolean {
  return LOGIN_HOSTS.includes(new URL(url).hostname)
}

export function instanceUrl(text: string): string {
  const url = salesforceUrl(text)
  if (isLoginHost(url)) {
    throw new Error(
      'is where users log in, not an organisation: use My Domain, https://<name>.my.salesforce.com (Setup, My Domain)',
    )
  }
  return url
}

/** The folder of the install: Soapstone adds /includes/api.php. */
export function whmcsUrl(text: string): string {
  const url = secureUrl(text)
  const extra = /(?:\/includes)?\/[^/]*\.php(?:\/.*)?$|\/includes$/i.exec(new URL(url).pathname)?.[0]
  if (extra !== undefined) throw new Error(`must be the address of the install, without ${extra}`)
  return url
}

/** Several, separated by commas, as browsers name them: without a path, not even a slash. */
export function origins(text: string): string[] {
  return text.split(',').map((part) => {
    const origin = part.trim().replace(/\/$/, '')
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !/^https?:/.test(origin)) {
      throw new Error(`'${part.trim()}' is not an origin such as https://portal.example.com`)
    }
    return origin
  })
}
