/** What works, and should not be left like that. Told by `soapstone config`, by `status`, and at the start. */
import { isLoopback } from './urls.ts'

interface Exposure {
  host: string | undefined
  publicUrl: string | undefined
  /** Whether senders need a key, a certificate, or a certain address. */
  guarded: boolean
  /** Lists of addresses that name all there are. */
  openLists: readonly string[]
  /** What signs, by setting. */
  secrets: Record<string, string[]>
}

/** Whoever has one signed request can try short secrets one by one, at home. */
const SHORT = 16

export function readWarnings({ secrets, openLists, ...exposure }: Exposure): string[] {
  const short = Object.entries(secrets).filter(([, all]) => all.some((secret) => secret.length < SHORT))
  return [
    ...readExposure(exposure),
    ...openLists.map((name) => `${name} lets everybody in: leave it unset, or name the addresses`),
    ...short.map(
      ([name]) => `${name} has a secret of less than ${SHORT} characters: make one with openssl rand -hex 32`,
    ),
  ]
}

function readExposure({ host, publicUrl, guarded }: Omit<Exposure, 'secrets' | 'openLists'>): string[] {
  const hosts = [host, publicUrl && new URL(publicUrl).hostname]
  const exposed = hosts.find((name) => name !== undefined && !isLoopback(name))
  if (guarded || exposed === undefined) return []
  return [
    `OUTBOUND_MESSAGE_KEY is unset, and the address is public (${exposed}): whoever reaches it can send messages. Set a key, and add ?key=... to the endpoint URL in Salesforce`,
  ]
}
