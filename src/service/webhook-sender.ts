/** The sender of webhooks by the settings. Its HTTP client is loaded when something is sent for the first time. */
import type { Config } from '../config/read.ts'
import type { Sender } from '../notices/webhooks/sender.ts'

export type SenderSettings = Pick<Config, 'WEBHOOK_ALLOW_PRIVATE' | 'WEBHOOK_TIMEOUT' | 'proxies'>

export function createLazySender({ WEBHOOK_ALLOW_PRIVATE, WEBHOOK_TIMEOUT, proxies }: SenderSettings): Sender {
  let loading: Promise<Sender> | undefined

  async function load(): Promise<Sender> {
    const { createSender } = await import('../notices/webhooks/sender.ts')
    return createSender({
      allowPrivate: WEBHOOK_ALLOW_PRIVATE === 'true',
      proxies,
      timeoutMs: WEBHOOK_TIMEOUT,
      userAgent: 'Soapstone',
      now: Date.now,
    })
  }

  return {
    async send(delivery, signal) {
      loading ??= load()
      return (await loading).send(delivery, signal)
    },
    async close() {
      await (await loading)?.close()
    },
  }
}
