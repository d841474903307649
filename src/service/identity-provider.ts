/** The identity provider of the settings. Its library is loaded only where there is one. */
import type { Provider } from '../admin/access/provider.ts'
import type { Config } from '../config/read.ts'
import { createFetch } from '../runtime/proxy.ts'

/** Undefined: the settings name none. */
export async function createIdentityProvider(
  config: Pick<Config, 'identityProvider' | 'proxies'>,
): Promise<Provider | undefined> {
  if (config.identityProvider === undefined) return undefined
  const { createProvider } = await import('../admin/access/provider.ts')
  const ask = createFetch(config.proxies)
  return createProvider({
    ...config.identityProvider,
    // The same way out as everything else takes.
    async fetch(url, { method, headers, body, signal }) {
      const text = body instanceof URLSearchParams || typeof body === 'string' ? body : undefined
      const answer = await ask(url, {
        method,
        headers,
        redirect: 'manual',
        signal: signal ?? AbortSignal.timeout(10_000),
        ...(text !== undefined && { body: text }),
      })
      return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers] })
    },
    now: () => performance.now(),
  })
}
