/** Files of the settings that may change while the process runs. */
import type { IpSource } from '../config/ip-lists.ts'
import { every, type Running } from '../runtime/every.ts'
import { createIpList, type IpList, readListFile } from '../runtime/ip-list.ts'
import type { Log } from '../runtime/log.ts'
import { type Reloaded, reloaded } from '../runtime/reloaded.ts'

/** A change is taken once it was found twice, and within 15 seconds. */
const LOOK_MS = 4_000

export interface Reloads {
  /** The list as it is now, whatever becomes of its file. `setting`: as the log calls it. */
  ipList(setting: string, source: IpSource): Promise<IpList>
  /** Looks at the files from now on. */
  start(): Running
}

export function createReloads(log: Log): Reloads {
  const watched: Pick<Reloaded<unknown>, 'check'>[] = []
  return {
    async ipList(setting, source) {
      if ('entries' in source) return createIpList(source.entries)
      const { file } = source
      const list = await reloaded({
        paths: [file],
        make: ([text = '']) => createIpList(readListFile(text)),
        onChanged: () => log.info({ setting, file }, 'setting.reloaded'),
        onKept: (error) => log.error({ setting, file, err: error }, 'setting.not_reloaded'),
      })
      watched.push(list)
      return { allowed: (address) => list.current.allowed(address) }
    },
    start: () =>
      every(
        {
          name: 'reload',
          everyMs: LOOK_MS,
          turn: async () => void (await Promise.all(watched.map((one) => one.check()))),
        },
        { onFailed: (error) => log.error({ err: error }, 'setting.not_reloaded') },
      ),
  }
}
