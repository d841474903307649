/** The process that asks: so many connections, each with orders of its own, over and over. */
import { Agent, get } from 'node:http'
import { numberOf, serveParent, textOf } from '../child.ts'
import { quantile } from '../table.ts'
import { pathOf, provisioned } from './requests.ts'

interface Asked {
  status: number | undefined
  etag: string | undefined
}

function ask(agent: Agent, url: string, etag: string | undefined): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const headers = etag === undefined ? {} : { 'if-none-match': etag }
    const sent = get(url, { agent, headers }, (reply) => {
      reply.resume().once('end', () => resolve({ status: reply.statusCode, etag: reply.headers.etag }))
    })
    sent.once('error', reject)
  })
}

serveParent({
  async run(parcel) {
    const url = textOf(parcel, 'url')
    const [connections, orders, seconds] = ['connections', 'orders', 'seconds'].map((name) => numberOf(parcel, name))
    const known = parcel.known === true
    const agent = new Agent({ keepAlive: true, maxSockets: connections ?? 1 })
    const paths = provisioned(orders ?? 1).map((i) => `${url}${pathOf(i)}`)
    const tags = await Promise.all(paths.map(async (path) => (await ask(agent, path, undefined)).etag))
    const times: number[] = []
    let errors = 0
    const began = performance.now()
    const end = began + (seconds ?? 1) * 1_000

    async function askOn(first: number): Promise<void> {
      for (let i = first; performance.now() < end; i += 1) {
        const at = i % paths.length
        const sentAt = performance.now()
        const { status } = await ask(agent, paths[at] ?? '', known ? tags[at] : undefined)
        if (status === (known ? 304 : 200)) times.push(performance.now() - sentAt)
        else errors += 1
      }
    }
    await Promise.all(Array.from({ length: connections ?? 1 }, (_, i) => askOn(i * 17)))
    const took = (performance.now() - began) / 1_000
    agent.destroy()
    times.sort((a, b) => a - b)
    return {
      'answers/s': times.length / took,
      'p50 ms': quantile(times, 0.5),
      'p99 ms': quantile(times, 0.99),
      errors,
      answers: times.length,
    }
  },
})
