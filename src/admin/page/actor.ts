import type { Actor } from '../../operations/act.ts'
import type { Caller } from '../access/caller.ts'

/** Who is signed in, as the audit keeps it. */
export function actorOf({ name, tokenId, subject, address }: Caller): Actor {
  return { name, via: 'page', tokenId, subject, address }
}
