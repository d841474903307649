/**
 * The forward proxies of the environment. They are no settings of ours: every program of the machine reads them, under
 * large names or small ones.
 */
export interface Proxies {
  https?: string
  http?: string
  except?: string
}

export function readProxies(environment: Record<string, string | undefined>, problems: string[]): Proxies {
  const proxies: Proxies = {}
  for (const [key, name] of [
    ['https', 'HTTPS_PROXY'],
    ['http', 'HTTP_PROXY'],
    ['except', 'NO_PROXY'],
  ] as const) {
    // An empty variable is how compose files say unset.
    const found = [name, name.toLowerCase()].map((one) => environment[one]).find((text) => text)
    if (found === undefined) continue
    if (key === 'except' || isProxy(found)) proxies[key] = found
    // Its value may hold a password.
    else problems.push(`${name} is not a URL of http: or https:`)
  }
  return proxies
}

function isProxy(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
