/** The process that sends: so many connections, for so long or until so many messages are Acked. */
import { setTimeout as sleep } from 'node:timers/promises'
import { numberOf, serveParent, textOf } from '../child.ts'
import { quantile } from '../table.ts'
import { openConnection } from './connection.ts'
import { createRequest } from './requests.ts'

serveParent({
  async run(parcel) {
    const url = new URL(textOf(parcel, 'url'))
    const notifications = numberOf(parcel, 'notifications')
    const most = typeof parcel.messages === 'number' ? parcel.messages : Number.POSITIVE_INFINITY
    let enough = () => {}
    const acked = new Promise<void>((resolve) => {
      enough = resolve
    })
    const times: number[] = []
    let errors = 0
    const onAnswer = ({ ms, acked }: { ms: number; acked: boolean }) => {
      if (!acked) errors += 1
      else times.push(ms)
      if (times.length >= most) enough()
    }
    const began = performance.now()
    const connections = Array.from({ length: numberOf(parcel, 'connections') }, () =>
      openConnection({ url, request: createRequest(url, notifications), onAnswer }),
    )
    await (Number.isFinite(most) ? acked : sleep(numberOf(parcel, 'seconds') * 1_000))
    const seconds = (performance.now() - began) / 1_000
    const answered = times.length
    await Promise.all(connections.map((connection) => connection.stop()))
    times.sort((a, b) => a - b)
    return {
      acked: times.length,
      'messages/s': answered / seconds,
      'p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      'max ms': times.at(-1) ?? Number.NaN,
      errors,
    }
  },
})
