/** A TCP line that can be made slow, silent or broken: between two processes that know nothing of it. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Line {
  port: number
  /** Every byte comes that much later, ms. */
  slow(ms: number): void
  /** Takes connections and bytes, forwards and says nothing. A connection that lived through it stays dead. */
  blackHole(): void
  /** Breaks all connections. */
  reset(): void
  /** As new. The near ends of dead connections are told (`reset`), or hang on to nothing (`half-open`). */
  heal(dead: 'reset' | 'half-open'): void
  close(): Promise<void>
}

interface Link {
  near: Socket
  far: Socket
  dead: boolean
}

/**
 * `target`: asked at each connection, for what moves; undefined: nobody is there. `onSent`: told of what the near end
 * sends, right before it goes on.
 */
export async function openLine(
  target: () => number | undefined,
  onSent: (bytes: Buffer) => void = () => {},
): Promise<Line> {
  const links = new Set<Link>()
  let delayMs = 0
  let silent = false

  const server = createServer((near) => {
    const port = target()
    if (port === undefined) {
      near.on('error', () => {}).destroy()
      return
    }
    const link: Link = { near, far: connect({ port, host: '127.0.0.1' }), dead: silent }
    links.add(link)
    near.on('data', onSent)
    join(link, near, link.far)
    join(link, link.far, near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()

  function join(link: Link, from: Socket, to: Socket): void {
    let waiting = 0
    let last: Promise<unknown> = Promise.resolve()

    function pass(act: () => void): void {
      if (link.dead) return
      // What comes after something delayed waits for it, even where the line is fast again.
      if (delayMs === 0 && waiting === 0) {
        act()
        return
      }
      const due = sleep(delayMs)
      waiting += 1
      last = last
        .then(() => due)
        .then(() => {
          waiting -= 1
          if (!link.dead) act()
        })
    }

    from.setNoDelay(true)
    from.on('data', (bytes) => pass(() => to.write(bytes)))
    from.on('end', () => pass(() => to.end()))
    from.on('error', () => pass(() => to.destroy()))
    from.on('close', () => {
      if (!from.readableEnded) pass(() => to.destroy())
      if (link.near.destroyed && link.far.destroyed) links.delete(link)
    })
  }

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    slow(ms) {
      delayMs = ms
    },
    blackHole() {
      silent = true
      for (const link of links) link.dead = true
    },
    reset() {
      for (const { near, far } of links) {
        near.resetAndDestroy()
        far.resetAndDestroy()
      }
    },
    heal(dead) {
      delayMs = 0
      silent = false
      const lost = [...links].filter((link) => link.dead)
      for (const { near, far } of lost) {
        if (dead === 'reset') near.destroy()
        far.destroy()
      }
    },
    async close() {
      // Without a reset, which can leave Node a handle that keeps the process from ending.
      for (const { near, far } of links) {
        near.destroy()
        far.destroy()
      }
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
