/** The process of those who watch: each follows the events of the page, and asks for the page again as its script does. */
import { Agent, type ClientRequest, get } from 'node:http'
import { numberOf, serveParent, textOf } from '../child.ts'

/** That of the page's script. */
const CHANGED_MS = 500
const RECONNECT_MS = 500

interface Watched {
  url: string
  cookie: string
  agent: Agent
}

let end = () => {}
let counts = { events: 0, refreshes: 0, errors: 0, bytes: 0 }

async function signIn(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/admin/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
    body: new URLSearchParams({ token }),
  })
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** Returns what ends it, when it is heard. */
function watch({ url, cookie, agent }: Watched): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined
  const refresh = () => {
    timer = undefined
    get(`${url}/admin/`, { agent, headers: { cookie, accept: 'text/html', 'soapstone-refresh': '1' } }, (reply) => {
      counts.refreshes += 1
      if (reply.statusCode !== 200) counts.errors += 1
      reply.on('data', (bytes: Buffer) => {
        counts.bytes += bytes.length
      })
    }).on('error', () => {
      counts.errors += 1
    })
  }
  return new Promise((resolve) => {
    // As an EventSource does: until it is heard, and again when it is not any more.
    let stream = connect()
    let ended = false
    function connect(): ClientRequest {
      const sent = get(`${url}/api/events`, { agent: false, headers: { cookie } }, (reply) => {
        if (reply.statusCode === 200) resolve(stop)
        reply.setEncoding('utf8').on('data', (text: string) => {
          const refreshMs = /^event: changed\n.*"refreshMs":(\d+)/m.exec(text)?.[1]
          if (refreshMs === undefined) return
          counts.events += 1
          timer ??= setTimeout(refresh, CHANGED_MS + Math.random() * 2 * Number(refreshMs))
        })
      })
      return sent
        .on('error', () => {})
        .once('close', () => {
          if (!ended)
            setTimeout(() => {
              if (!ended) stream = connect()
            }, RECONNECT_MS)
        })
    }
    function stop(): void {
      ended = true
      clearTimeout(timer)
      stream.destroy()
    }
  })
}

serveParent({
  async begin(parcel) {
    const url = textOf(parcel, 'url')
    const agent = new Agent({ keepAlive: true, maxSockets: 16 })
    const cookie = await signIn(url, textOf(parcel, 'token'))
    counts = { events: 0, refreshes: 0, errors: 0, bytes: 0 }
    const ends = await Promise.all(
      Array.from({ length: numberOf(parcel, 'watchers') }, () => watch({ url, cookie, agent })),
    )
    end = () => {
      for (const one of ends) one()
      agent.destroy()
    }
    return {}
  },
  counts: async () => ({ ...counts }),
  async end() {
    end()
    return {}
  },
})
