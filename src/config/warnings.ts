/** What works, and should not be left like that. Told by `soapstone config`, by `status`, and at the start. */
import { isLoopback } from './urls.ts'

interface Exposure {
  host: string | undefined
  publicUrl: string | undefined
  /** Whether senders need a key. */
  keyed: boolean
}

export function readWarnings({ host, publicUrl, keyed }: Exposure): string[] {
  const hosts = [host, publicUrl && new URL(publicUrl).hostname]
  const exposed = hosts.find((name) => name !== undefined && !isLoopback(name))
  if (keyed || exposed === undefined) return []
  return [
    `OUTBOUND_MESSAGE_KEY is unset, and the address is public (${exposed}): whoever reaches it can send messages. Set a key, and add ?key=... to the endpoint URL in Salesforce`,
  ]
}
