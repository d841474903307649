/** Ten receivers in one process: they answer 204 and take the time. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { numberOf, serveParent } from '../child.ts'
import { quantile } from '../table.ts'

let latencies: number[] = []

serveParent({
  async start(parcel) {
    const endpoints = numberOf(parcel, 'endpoints')
    const dead = numberOf(parcel, 'dead')
    const urls: string[] = []
    for (let i = 0; i < endpoints; i++) urls.push(await listen(i < dead))
    return { urls }
  },
  async reset() {
    latencies = []
    return {}
  },
  async figures() {
    const sorted = latencies.toSorted((a, b) => a - b)
    return { received: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) }
  },
})

async function listen(dead: boolean): Promise<string> {
  const server = createServer(async (request, response) => {
    if (dead) return
    const { data } = JSON.parse(Buffer.concat(await request.toArray()).toString())
    latencies.push(Date.now() - data.at)
    response.writeHead(204).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
}
