/**
 * The URL of a Postgres, which may name several hosts, as libpq takes it: `postgres://one:5432,two:5433/name`, or
 * `?host=one,two&port=5432,5433`. The driver knows neither.
 */

export interface PostgresUrl {
  /** One for each host, in their order. */
  urls: string[]
  /** Only a server that can be written to will do, because it says so or there are several to choose from. */
  primaryOnly: boolean
}

/** Scheme, user with its @, hosts, path, query. */
const PARTS = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#]*)([^?#]*)(\??[^#]*)$/

/** Throws an Error whose message ends the sentence "DATABASE_URL ...". */
export function readPostgresUrl(text: string): PostgresUrl {
  const [, scheme = '', user = '', authority = '', path = '', query = ''] = PARTS.exec(text) ?? []
  const parameters = new URLSearchParams(query)
  const target = parameters.get('target_session_attrs') ?? 'any'
  const urls =
    parameters.get('host') === null
      ? authority.split(',').map((host) => `${scheme}${user}${host}${path}${query}`)
      : // Nobody is asked at that host: the parameter wins. But a URL with a user has one.
        hostsOf(parameters).map((own) => `${scheme}${user}${authority === '' ? 'localhost' : authority}${path}?${own}`)
  if (scheme === '' || !urls.every((url) => URL.canParse(url))) {
    throw new Error(
      'is not a URL of postgres: or postgresql:, nor the word embedded; in a password, write # as %23, / as %2F, @ as %40',
    )
  }
  switch (target) {
    case 'any':
      return { urls, primaryOnly: urls.length > 1 }
    case 'read-write':
    case 'primary':
      return { urls, primaryOnly: true }
    case 'read-only':
    case 'standby':
    case 'prefer-standby':
      throw new Error(`asks for a standby (target_session_attrs=${target}): only the primary can store anything`)
    default:
      throw new Error(`has a target_session_attrs that nobody knows: ${target}; read-write follows the primary`)
  }
}

/** The parameters of each host in `host`, which has either one port for all of them or one for each. */
function hostsOf(parameters: URLSearchParams): string[] {
  const hosts = (parameters.get('host') ?? '').split(',')
  const ports = parameters.get('port')?.split(',') ?? []
  if (ports.length > 1 && ports.length !== hosts.length) {
    throw new Error(`names ${hosts.length} hosts and ${ports.length} ports: give one port, or one for each host`)
  }
  return hosts.map((host, i) => {
    const own = new URLSearchParams(parameters)
    own.set('host', host)
    const port = ports[i] ?? ports[0]
    if (port !== undefined) own.set('port', port)
    return own.toString()
  })
}

/** The host and port of one of those URLs, for people. */
export function placeOf(url: string): string {
  const { host, port, searchParams } = new URL(url)
  const named = searchParams.get('host')
  if (named !== null) return `${named}:${searchParams.get('port') ?? '5432'}`
  return port === '' ? `${decodeURIComponent(host)}:5432` : host
}
