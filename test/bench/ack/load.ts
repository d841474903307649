/** The process that sends: so many connections for so long. Reports what was answered after the warm-up. */
import { setTimeout as sleep } from 'node:timers/promises'
import { numberOf, serveParent, textOf } from '../child.ts'
import { quantile } from '../table.ts'
import { openConnection } from './connection.ts'
import { createRequest } from './requests.ts'

serveParent({
  async run(parcel) {
    const url = new URL(textOf(parcel, 'url'))
    const notifications = numberOf(parcel, 'notifications')
    const counted = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY }
    const times: number[] = []
    let errors = 0
    const onAnswer = ({ ms, acked }: { ms: number; acked: boolean }) => {
      const now = performance.now()
      if (!acked) errors += 1
      else if (now >= counted.from && now < counted.to) times.push(ms)
    }
    const connections = Array.from({ length: numberOf(parcel, 'connections') }, () =>
      openConnection({ url, request: createRequest(url, notifications), onAnswer }),
    )
    await sleep(numberOf(parcel, 'warmUp') * 1_000)
    counted.from = performance.now()
    await sleep(numberOf(parcel, 'seconds') * 1_000)
    counted.to = performance.now()
    await Promise.all(connections.map((connection) => connection.stop()))
    times.sort((a, b) => a - b)
    return {
      'messages/s': times.length / ((counted.to - counted.from) / 1_000),
      'p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      'max ms': times.at(-1) ?? Number.NaN,
      errors,
    }
  },
})
