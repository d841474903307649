/** WHMCS's module queue: what became of the creates that failed. */
import type { WhmcsClient } from './client.ts'
import { moduleVerdict, readFailure } from './failures.ts'
import { idOf } from './lists.ts'

/** Fits the pipeline's port. */
export interface ModuleFailure {
  kind: 'unreached' | 'unknown' | 'refused'
  message: string
}

/** A failure whose module may have run counts before one that was refused, and that before one that reached nobody. */
const WORST = ['unknown', 'refused', 'unreached'] as const

export async function readModuleFailure(
  { client, readTimeoutMs: timeoutMs }: { client: WhmcsClient; readTimeoutMs: number },
  serviceIds: string[],
  signal: AbortSignal,
): Promise<ModuleFailure | undefined> {
  const failures: ModuleFailure[] = []
  for (const id of serviceIds) {
    const parameters = { serviceType: 'service', relatedId: id, moduleAction: 'CreateAccount' }
    const reply = await client.call('GetModuleQueue', parameters, { timeoutMs, signal })
    if (reply.kind === 'error') {
      // A role without that right is no reason to stop everybody, and none to have the module run on a guess.
      return {
        kind: 'unknown',
        message: `service ${id} is Pending, and GetModuleQueue can't be read: ${reply.message}`,
      }
    }
    if (reply.kind !== 'success') throw readFailure('GetModuleQueue', reply)
    failures.push(...entries(reply.body).filter(isOpenCreate(id)).map(toFailure))
  }
  return WORST.flatMap((kind) => failures.find((failure) => failure.kind === kind) ?? [])[0]
}

type Entry = Record<string, string>

/** Rows come as flat keys, `queue[0][lastAttemptError]`, in JSON too; or as a list, as one would expect. */
function entries(body: Record<string, unknown>): Entry[] {
  const found = new Map<string, Entry>()
  const put = (row: string, name: string, value: unknown) => found.set(row, { ...found.get(row), [name]: idOf(value) })
  for (const [key, value] of Object.entries(body)) {
    const [, row, name] = /^queue\[(\d+)\]\[(\w+)\]$/.exec(key) ?? []
    if (row !== undefined && name !== undefined) put(row, name, value)
  }
  const { queue } = body
  if (typeof queue === 'object' && queue !== null) {
    for (const [row, entry] of Object.entries(queue)) {
      if (typeof entry !== 'object' || entry === null) continue
      for (const [name, value] of Object.entries(entry)) put(row, name, value)
    }
  }
  return [...found.values()]
}

const isOpenCreate = (serviceId: string) => (entry: Entry) =>
  entry.completed !== '1' &&
  (entry.serviceId === undefined || entry.serviceId === serviceId) &&
  (entry.moduleAction === undefined || entry.moduleAction === 'CreateAccount')

function toFailure({ serviceId = '', lastAttemptError = '' }: Entry): ModuleFailure {
  const message = `the module of service ${serviceId} failed: ${lastAttemptError}`
  return { kind: moduleVerdict(lastAttemptError), message }
}
