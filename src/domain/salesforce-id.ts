/** Salesforce record ids: 15 characters, case-sensitive, or 18 with a checksum that makes them case-insensitive. */

const CHECKSUM = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
const ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/

/**
 * The 18-character form of an id of 15 or 18 characters; undefined when it is neither.
 * An 18-character id keeps its own first 15: its suffix is computed anew, so that a wrong checksum can't make two ids of one.
 */
export function toId18(id: string): string | undefined {
  if (!ID.test(id)) return undefined
  return id.slice(0, 15) + checksum(id)
}

function checksum(id: string): string {
  let suffix = ''
  for (let chunk = 0; chunk < 3; chunk++) {
    let bits = 0
    for (let k = 0; k < 5; k++) {
      const code = id.charCodeAt(chunk * 5 + k)
      if (code >= 65 && code <= 90) bits |= 1 << k
    }
    suffix += CHECKSUM.charAt(bits)
  }
  return suffix
}
