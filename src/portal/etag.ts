import { createHash } from 'node:crypto'

/** A tag of everything that an answer depends on. */
export function etagOf(...parts: string[]): string {
  return `"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`
}

/** RFC 9110, If-None-Match: whether the sender has it already. A proxy may have made a weak tag of ours. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*')
}
