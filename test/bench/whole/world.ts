/** Both simulators and the service, each a process of its own, on one database. */
import { type Child, startChild, startServing } from '../child.ts'

export interface World {
  salesforce: Child
  service: Child
}

export interface WorldOptions {
  databaseUrl: string
  /** How long both simulators take for an answer. */
  latencyMs: number
  settings?: Record<string, string>
}

export async function inWorld<T>(
  { databaseUrl, latencyMs, settings: more = {} }: WorldOptions,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const file = new URL('./simulator.ts', import.meta.url)
  const [salesforce, whmcs, service] = await Promise.all([
    startChild(file, 'salesforce'),
    startChild(file, 'whmcs'),
    startServing(new URL('./service.ts', import.meta.url), 'service'),
  ])
  try {
    const there = await Promise.all([salesforce, whmcs].map((one) => one.call('start', { latencyMs })))
    const settings = Object.assign({ DATABASE_URL: databaseUrl, ...more }, ...there.map(({ settings }) => settings))
    await service.call('prepare', { settings })
    return await work({ salesforce, service })
  } finally {
    for (const child of [service, salesforce, whmcs]) await child.end()
  }
}
