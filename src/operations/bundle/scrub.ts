/** Takes out of a text what nobody else may read: secrets by their values, and what looks like one, or like a person. */

const EMAIL = /[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu
/** Session ids of Salesforce, tokens of ours, of others and of webhooks, JWTs. */
const TOKENS = [
  /\b00D\w{12}(?:\w{3})?![\w.]+/g,
  /\bsst_\w+/g,
  /\bwhsec_[\w+/=]+/g,
  /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?/g,
  /\b(?:Bearer|OAuth|Basic) \S+/g,
]
const CREDENTIALS = /(\b[a-z][a-z+.-]*:\/\/)[^/\s@]*@/gi
const QUERY = /(\bhttps?:\/\/[^\s?"']+)\?[^\s"')]*/gi
/** Nothing shorter is a secret, and would be found in ordinary words. */
const SHORTEST = 4

/** `secrets`: values of settings. */
export function createScrub(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter(({ length }) => length >= SHORTEST).toSorted((a, b) => b.length - a.length)
  return (text) => {
    let left = text
    for (const secret of known) left = left.replaceAll(secret, '(hidden)')
    for (const token of TOKENS) left = left.replace(token, '(token)')
    return left.replace(CREDENTIALS, '$1(hidden)@').replace(QUERY, '$1?(hidden)').replace(EMAIL, '(e-mail)')
  }
}
