/** The identity provider of the settings. Its library is loaded only where there is one. */
import type { Provider } from '../admin/access/provider.ts'
import type { Config } from '../config/read.ts'
import { createHttpClient } from '../runtime/http-client.ts'

/** Undefined: the settings name none. */
export async function createIdentityProvider(
  config: Pick<Config, 'identityProvider' | 'proxies'>,
): Promise<Provider | undefined> {
  if (config.identityProvider === undefined) return undefined
  const { createProvider } = await import('../admin/access/provider.ts')
  const http = createHttpClient(config.proxies)
  return createProvider({
    ...config.identityProvider,
    // The same way out as everything else takes.
    async fetch(url, { method, headers, body, signal }) {
      const text = body instanceof URLSearchParams || typeof body === 'string' ? String(body) : undefined
      const answer = await http(url, {
        method,
        headers,
        timeoutMs: 10_000,
        ...(signal && { signal }),
        ...(text !== undefined && { body: text }),
      })
      return new Response(answer.text, { status: answer.status, headers: answer.headers })
    },
    now: () => performance.now(),
  })
}
