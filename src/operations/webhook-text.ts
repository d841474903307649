/** What people write of a webhook, read strictly. */
import { randomBytes } from 'node:crypto'
import { EVENT_TYPES, type EventType } from '../domain/event.ts'
import { isPublicAddress, literalAddress } from '../runtime/public-address.ts'
import { Refusal } from './refusal.ts'

const LONGEST_URL = 2_000
const LONGEST_DESCRIPTION = 200
const MOST_FIELDS = 10

/** Where a name leads is looked at whenever something is sent; what can never work is refused here. */
export function readWebhookUrl(text: string, { allowPrivate }: { allowPrivate: boolean }): string {
  if (!URL.canParse(text) || text.length > LONGEST_URL) throw new Refusal('invalid', 'url: it is not a URL')
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') throw new Refusal('invalid', 'url: it must begin with https:')
  if (username || password) throw new Refusal('invalid', 'url: it must not have a user or a password')
  if (allowPrivate) return text
  if (protocol === 'http:')
    throw new Refusal('invalid', 'url: it must begin with https: (http: only with WEBHOOK_ALLOW_PRIVATE=true)')
  const address = literalAddress(text)
  if (address !== undefined && !isPublicAddress(address)) {
    const how = 'only with WEBHOOK_ALLOW_PRIVATE=true'
    throw new Refusal('invalid', `url: ${address} is not in the open internet: ${how}`)
  }
  return text
}

export function readTypes(types: readonly string[]): EventType[] {
  const known = EVENT_TYPES.filter((type) => types.includes(type))
  const unknown = types.find((type) => !known.some((one) => one === type))
  if (unknown !== undefined)
    throw new Refusal('invalid', `types: there is no '${unknown}': use ${EVENT_TYPES.join(', ')}`)
  if (known.length === 0) throw new Refusal('invalid', `types: it is empty: use some of ${EVENT_TYPES.join(', ')}`)
  return known
}

/** Names of fields of the data, each with the text that it must have. */
export function readFilter(filter: unknown): Record<string, string> {
  if (typeof filter !== 'object' || filter === null) throw new Refusal('invalid', 'filter: it is not an object')
  const fields = Object.entries(filter)
  if (fields.length > MOST_FIELDS) throw new Refusal('invalid', `filter: it has more than ${MOST_FIELDS} fields`)
  return Object.fromEntries(
    fields.map(([name, value]) => {
      if (typeof value === 'string' && value.length <= LONGEST_DESCRIPTION) return [name, value]
      throw new Refusal('invalid', `filter: ${name} is not a text of at most ${LONGEST_DESCRIPTION} characters`)
    }),
  )
}

export function readDescription(text: string): string {
  if (text.length <= LONGEST_DESCRIPTION) return text
  throw new Refusal('invalid', `description: it has ${text.length} characters; use at most ${LONGEST_DESCRIPTION}`)
}

/** 32 bytes, as Standard Webhooks writes a secret; and an id for the webhook that gets it. */
export function makeSecret(): { id: string; secret: string } {
  return {
    id: `whk_${randomBytes(9).toString('base64url').replace(/[-_]/g, '0')}`,
    secret: `whsec_${randomBytes(32).toString('base64')}`,
  }
}
