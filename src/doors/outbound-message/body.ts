/** Reads a request's body into memory. Limits its size and its slowness; large bodies share a budget. */
import type { IncomingMessage } from 'node:http'
import type { Budget, Share } from './budget.ts'
import { Overloaded } from './budget.ts'
import { createSpeedGuard, type SpeedLimits } from './speed.ts'

/** Bodies up to this size take nothing of the budget. Hardly any message is larger. */
export const SMALL = 64 * 1024

export class TooLarge extends Error {
  constructor() {
    super('the message is too large')
  }
}

/** The sender went away before the body was complete. */
export class BrokenOff extends Error {
  constructor() {
    super('the request ended before its body did')
  }
}

export interface Body {
  bytes: Buffer
  /** Gives its memory back to the budget. */
  release(): void
}

export interface BodyReader {
  /** Resolves with the whole body. `sender`: with whom it shares the budget. */
  read(request: IncomingMessage, sender: string): Promise<Body>
}

export interface BodyReaderOptions {
  limit: number
  budget: Budget
  speed: SpeedLimits
}

export function createBodyReader({ limit, budget, speed }: BodyReaderOptions): BodyReader {
  const guard = createSpeedGuard(speed)

  /** By events: an async iterator over the request costs as much as parsing a small message. */
  function collect(request: IncomingMessage, share: Share, declared: number): Promise<Buffer> {
    const chunks: Buffer[] = []
    let size = 0
    return new Promise<Buffer>((resolve, reject) => {
      const arriving = guard.watch(declared, (error) => refuse(error))
      const end = () => {
        request.off('data', take)
        arriving.end()
      }
      const refuse = (error: Error) => {
        end()
        reject(error)
      }
      const take = (chunk: Buffer) => {
        // What a small one may have, and what a declared length has reserved, is there already.
        const room = Math.max(SMALL, declared)
        const more = Math.max(size + chunk.length, room) - Math.max(size, room)
        size += chunk.length
        arriving.size = size
        if (size > limit) return refuse(new TooLarge())
        if (more > 0 && !share.grow(more)) return refuse(new Overloaded())
        chunks.push(chunk)
      }
      request.on('data', take)
      request.once('end', () => {
        end()
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size))
      })
      request.once('error', () => refuse(new BrokenOff()))
      request.once('close', () => request.readableEnded || refuse(new BrokenOff()))
      if (request.destroyed) refuse(new BrokenOff())
    })
  }

  return {
    async read(request, sender) {
      const declared = Number(request.headers['content-length'] ?? 0)
      if (declared > limit) throw new TooLarge()
      const share = declared > SMALL ? await budget.reserve(declared, sender) : budget.open(sender)
      try {
        return { bytes: await collect(request, share, declared), release: share.release }
      } catch (error) {
        share.release()
        throw error
      }
    },
  }
}
