/** Reads a request's body into memory, with a limit for each and a budget for all of them together. */
import type { IncomingMessage } from 'node:http'

export class TooLarge extends Error {
  constructor() {
    super('the message is too large')
  }
}

/** The memory set aside for bodies is in use: try again later. */
export class Overloaded extends Error {
  constructor() {
    super('the memory for messages is in use')
  }
}

/** The sender went away in the middle of it. */
export class BrokenOff extends Error {
  constructor() {
    super('the request ended before its body did')
  }
}

export interface BodyReader {
  /** Resolves with the whole body; its bytes count against the budget until `release`. */
  read(request: IncomingMessage): Promise<{ bytes: Buffer; release: () => void }>
}

export function createBodyReader({ limit, budget }: { limit: number; budget: number }): BodyReader {
  let inUse = 0
  return {
    async read(request) {
      if (Number(request.headers['content-length'] ?? 0) > limit) throw new TooLarge()
      const chunks: Buffer[] = []
      let size = 0
      let held = 0
      const release = () => {
        inUse -= held
        held = 0
      }
      // By events: an async iterator over the request costs as much as parsing a small message.
      await new Promise<void>((resolve, reject) => {
        const refuse = (error: Error) => {
          request.off('data', take)
          release()
          reject(error)
        }
        const take = (chunk: Buffer) => {
          size += chunk.length
          if (size > limit) return refuse(new TooLarge())
          if (inUse + chunk.length > budget) return refuse(new Overloaded())
          inUse += chunk.length
          held += chunk.length
          chunks.push(chunk)
        }
        request.on('data', take)
        request.once('end', resolve)
        request.once('error', () => refuse(new BrokenOff()))
        request.once('close', () => request.readableEnded || refuse(new BrokenOff()))
        if (request.destroyed) refuse(new BrokenOff())
      })
      return { bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size), release }
    },
  }
}
