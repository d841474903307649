/** What an admin sees of a stage that stands still. */
import { soapstone } from '../helpers/cli.ts'
import { until } from '../helpers/until.ts'
import type { World } from './world.ts'

export interface Signs {
  /** By this server's clock, ms. */
  pausedSince: number
  status: string
  ready: string
  metrics: string
}

/** As soon as all of them show it. */
export async function waitForSigns({ databaseUrl, serve, postgres }: World): Promise<Signs> {
  return await until(async () => {
    const { rows } = await postgres.pool.query<{ since: Date }>(
      "select since from ledger.pause where step = 'provision'",
    )
    const [status, ready, metrics] = await Promise.all([
      soapstone(['status'], { DATABASE_URL: databaseUrl }).then(
        ({ out }) => /^provision stands still.*$/m.exec(out)?.[0],
      ),
      fetch(`${serve.adminUrl}/health/ready`).then(async (reply) => `${reply.status} ${await reply.text()}`),
      fetch(`${serve.adminUrl}/metrics`).then(
        async (reply) =>
          /^soapstone_stage_paused\{organization="[^"]+",step="provision"\} 1$/m.exec(await reply.text())?.[0],
      ),
    ])
    const since = rows[0]?.since
    if (since === undefined || status === undefined || metrics === undefined || !ready.includes('WHMCS_'))
      return undefined
    return { pausedSince: since.getTime(), status, ready, metrics }
  }, 'the signs of a pause')
}
