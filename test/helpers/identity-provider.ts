/** An identity provider that speaks TLS with a certificate of its own, and a browser that signs in there. */
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import tls from 'node:tls'
import Provider from 'oidc-provider'
import type { Test } from 'tap'
import { AUTHORITY, certificates } from './certificates.ts'

export interface IdentityProvider {
  issuer: string
  /** Knows people by their names, with these groups each. */
  serve(redirectUri: string, groups: Record<string, string[]>): void
}

export const CLIENT = { id: 'soapstone', secret: 'a secret between the two' }

export async function startIdentityProvider(t: Test, more: object = {}): Promise<IdentityProvider> {
  const { identity } = certificates(t)
  const root = identity({ subject: 'CN=Root', extensions: AUTHORITY })
  const own = identity({ subject: 'CN=localhost', extensions: ['subjectAltName=DNS:localhost'], signer: root })
  const before = tls.getCACertificates('default')
  tls.setDefaultCACertificates([...before, root.cert])
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.destroy()
  const server = createServer({ cert: own.cert, key: own.key }, (request, response) => handle(request, response))
  server.listen(0, 'localhost')
  await once(server, 'listening')
  t.teardown(() => {
    tls.setDefaultCACertificates(before)
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const issuer = `https://localhost:${typeof address === 'object' ? address?.port : ''}`
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  return {
    issuer,
    serve(redirectUri, groups) {
      handle = new Provider(issuer, {
        clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
        claims: { openid: ['sub'], profile: ['name'], groups: ['groups'] },
        scopes: ['openid', 'profile', 'email', 'groups'],
        findAccount: (_: unknown, id: string) => ({
          accountId: id,
          claims: () => ({ sub: id, name: `${id} <b>`, groups: groups[id] }),
        }),
        cookies: { keys: ['x'] },
        jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256' }] },
        pkce: { required: () => true },
        ...more,
      }).callback()
    },
  }
}

/** Keeps cookies, follows redirects, and says what it saw. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>()

  async function go(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ url: string; status: number; text: string }> {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { origin, 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form && { method: 'POST', body: new URLSearchParams(form).toString() }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';', 1)[0]?.split('=', 2) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    const text = await answer.text()
    const location = answer.headers.get('location')
    return location === null ? { url, status: answer.status, text } : await go(new URL(location, url).href)
  }

  return {
    go,
    cookies: (url: string) => jars.get(new URL(url).origin) ?? new Map<string, string>(),
    /** Fills in the forms of the provider, one after the other, until it sends us back. */
    async signIn(url: string, login: string) {
      let page = await go(url)
      for (let forms = 0; forms < 3 && page.url.includes('/interaction/'); forms++) {
        const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1] ?? page.url
        const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1] ?? 'login'
        page = await go(new URL(action, page.url).href, { prompt, login, password: 'x' })
      }
      return page
    },
  }
}
