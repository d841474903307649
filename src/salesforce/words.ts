/** Salesforce's own words, and those of whatever stands in front of it, made fit for people: logs, `show`, readiness. */

const MOST = 300
/** Of a page no more is looked at. */
const LOOKED_AT = 20_000

/** One line of at most 300 characters: pages as text, no control characters, nothing that lets anybody in. */
export function words(text: string): string {
  const line = withoutSecrets(toText(text.slice(0, LOOKED_AT)))
    // All of Unicode's "other": line breaks, terminal escapes, half surrogates, marks that turn the direction of writing.
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
  return line.length <= MOST ? line : `${line.slice(0, MOST - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Where a redirect leads, without its query: that may hold a token. */
export function whereTo(location: string | undefined): string {
  if (location === undefined) return 'nowhere'
  return words(location.replace(/[?#;].*$/s, ''))
}

function toText(text: string): string {
  if (!/<(?:!doctype|html|head|body|title|h1|p|div)\b/i.test(text)) return text
  return text
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1>|$)|<!--[\s\S]*?(?:-->|$)|<[^>]*>?/gi, ' ')
    .replace(/&(nbsp|amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? ' ')
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

/** Session ids, tokens and assertions: a page or an error may repeat what was sent. */
function withoutSecrets(text: string): string {
  return text
    .replace(/\b00D[a-zA-Z0-9]{12,15}![^\s"'<>&]+/g, '(session)')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '(token)')
    .replace(/\b(Bearer|OAuth) [^\s"'<>]{8,}/g, '$1 (token)')
    .replace(NAMED_SECRET, '$1(hidden)')
}

/** `name=value` and `"name":"value"`; after a colon alone only what is too long for a word. */
const NAMED_SECRET =
  /\b([\w-]*(?:token|secret|assertion|sid|session_?id|password|api_?key)(?:\s*=\s*["']?|["']\s*:\s*["']?|:\s*(?=[^\s&"'<>,;]{16})))[^\s&"'<>,;]+/gi
