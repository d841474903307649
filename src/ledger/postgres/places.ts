/** The places of a pool, and the connections in them. */
import { CONNECT_MS, type Connection, type ConnectionOptions, createConnector, hangUp } from './connection.ts'
import { createForgotten } from './forgotten.ts'

export interface PlacesOptions extends ConnectionOptions {
  /** At most this many connections. */
  most: number
  /** Of those, so many stay open however long nobody uses them. */
  kept: number
}

export interface Places {
  take(): Promise<Connection>
  giveBack(connection: Connection): void
  /** Closes it: it is of no use any more. */
  drop(connection: Connection): void
  /** Its place stays taken until the statement is answered, or will never be. Then `use` says what becomes of it. */
  giveUp(connection: Connection, answer: Promise<'give back' | 'drop'>): void
  readonly open: number
  /** Being opened, in use, or given up. */
  readonly taken: number
  end(): Promise<void>
}

/** In every place is a statement that its caller gave up: another one would only add to them. */
class AllGivenUp extends Error {
  constructor(name: string, places: number) {
    super(`${name}: Postgres has not answered on any of ${places} connections`)
    this.name = 'AllGivenUp'
  }
}

const IDLE_MS = 30_000

interface Waiter {
  serve: (connection: Promise<Connection>) => void
  giveIn: (error: Error) => void
}

export function createPlaces(options: PlacesOptions): Places {
  const { name, most, kept, history, connectMs = CONNECT_MS } = options
  const connect = createConnector(options)
  const open = new Set<Connection>()
  /** The last one given back is the first one taken. */
  const idle: Connection[] = []
  const resting = new Map<Connection, NodeJS.Timeout>()
  const givenUp = new Map<Connection, number>()
  const waiting: Waiter[] = []
  /** Being opened, in use, given up. */
  let taken = 0
  let onEnd: (() => void) | undefined
  const forgotten = createForgotten({
    connect,
    givenUp,
    forget: (connection) => givenUp.delete(connection) && drop(connection),
    onFound(connection) {
      watch(connection)
      taken += 1
      giveBack(connection)
    },
  })

  async function take(): Promise<Connection> {
    if (onEnd !== undefined) throw new Error(`${name}: the pool is closed`)
    const ready = takeIdle()
    if (ready !== undefined) {
      taken += 1
      return ready
    }
    if (taken < most) return await openOne()
    if (givenUp.size < most) return await wait()
    forgotten.look()
    throw new AllGivenUp(name, most)
  }

  /** Not one to an old primary, which goes on as if nothing had happened. */
  function takeIdle(): Connection | undefined {
    for (let ready = idle.pop(); ready !== undefined; ready = idle.pop()) {
      clearTimeout(resting.get(ready))
      if (ready.moment === undefined || !history?.isOutdated(ready.moment)) return ready
      hangUp(ready)
    }
    return undefined
  }

  async function openOne(): Promise<Connection> {
    taken += 1
    try {
      return watch(await connect())
    } catch (error) {
      leave()
      throw error
    }
  }

  function watch(connection: Connection): Connection {
    open.add(connection)
    connection.client.once('end', () => {
      open.delete(connection)
      clearTimeout(resting.get(connection))
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
    })
    return connection
  }

  function wait(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        serve(connection) {
          clearTimeout(timer)
          resolve(connection)
        },
        giveIn(error) {
          clearTimeout(timer)
          reject(error)
        },
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(waiter), 1)
        reject(new Error(`timeout: ${name} had no connection free in ${connectMs} ms`))
      }, connectMs)
      waiting.push(waiter)
    })
  }

  function giveBack(connection: Connection): void {
    if (onEnd !== undefined || !open.has(connection) || taken + idle.length > most) {
      drop(connection)
      return
    }
    taken -= 1
    idle.push(connection)
    rest(connection)
    waiting.shift()?.serve(take())
  }

  function drop(connection: Connection): void {
    hangUp(connection)
    leave()
  }

  /** A place is free. */
  function leave(): void {
    taken -= 1
    if (onEnd === undefined) waiting.shift()?.serve(take())
    else if (taken - givenUp.size <= 0) onEnd()
  }

  function giveUp(connection: Connection, answer: Promise<'give back' | 'drop'>): void {
    givenUp.set(connection, performance.now())
    void answer.then((use) => {
      // Or it was found out that no answer would come.
      if (!givenUp.delete(connection)) return
      if (use === 'give back') giveBack(connection)
      else drop(connection)
    })
    if (givenUp.size < most) return
    for (const { giveIn } of waiting.splice(0)) giveIn(new AllGivenUp(name, most))
  }

  function rest(connection: Connection): void {
    const timer = setTimeout(() => {
      if (open.size <= kept) rest(connection)
      else hangUp(connection)
    }, IDLE_MS)
    resting.set(connection, timer)
  }

  return {
    take,
    giveBack,
    drop,
    giveUp,
    get open() {
      return open.size
    },
    get taken() {
      return taken
    },
    end() {
      const ended = new Promise<void>((resolve) => {
        onEnd = resolve
      })
      for (const { giveIn } of waiting.splice(0)) giveIn(new Error(`${name}: the pool is closed`))
      for (const connection of idle.splice(0)) {
        clearTimeout(resting.get(connection))
        hangUp(connection)
      }
      for (const connection of givenUp.keys()) hangUp(connection)
      if (taken - givenUp.size <= 0) onEnd?.()
      return ended
    },
  }
}
