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
      try {
        for await (const chunk of request) {
          size += chunk.length
          if (size > limit) throw new TooLarge()
          if (inUse + chunk.length > budget) throw new Overloaded()
          inUse += chunk.length
          held += chunk.length
          chunks.push(chunk)
        }
      } catch (error) {
        release()
        throw error
      }
      return { bytes: Buffer.concat(chunks, size), release }
    },
  }
}
