/** The Avro schemas of a subscription, by their ids: fetched once, before anything is decoded with them. */
import { type Reader, toReader } from './avro.ts'
import { PubSubError } from './pubsub/errors.ts'

export interface Schemas {
  /** A reader, or why there is none. Rejects where asking again may help. */
  get(id: string): Promise<Reader | Unknown>
}

export interface Unknown {
  unknown: string
}

const MOST_KEPT = 200
/** A schema that can't be fetched that often, one stream after the other, holds the stream up no longer. */
const MOST_TRIES = 5
const INVALID_ARGUMENT = 3
const NOT_FOUND = 5

export function createSchemas(): (fetch: (id: string) => Promise<string>) => Schemas {
  const known = new Map<string, Reader>()
  const tries = new Map<string, number>()

  return (fetch) => ({
    async get(id) {
      const reader = known.get(id)
      if (reader) return reader
      const json = await fetch(id).catch((error: unknown) => unknownOr(error, id))
      if (typeof json !== 'string') return json
      try {
        const made = await toReader(json)
        if (known.size >= MOST_KEPT) known.clear()
        known.set(id, made)
        tries.delete(id)
        return made
      } catch (error) {
        return { unknown: `schema ${id} can't be understood: ${textOf(error)}` }
      }
    },
  })

  function unknownOr(error: unknown, id: string): Unknown {
    const failed = (tries.get(id) ?? 0) + 1
    tries.set(id, failed)
    if (!isUnknown(error) && failed < MOST_TRIES) throw error
    tries.delete(id)
    return { unknown: `schema ${id} is not to be had: ${textOf(error)}` }
  }
}

function isUnknown(error: unknown): boolean {
  if (!(error instanceof PubSubError) || /permission|auth/.test(error.code)) return false
  return (
    error.status === NOT_FOUND || error.status === INVALID_ARGUMENT || /^schema\.(?:not\.found|id)/.test(error.code)
  )
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
