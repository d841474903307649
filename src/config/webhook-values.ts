/** Where webhooks lead, and what signs them. */
/** Whether it may be http, and lead into our own network, is looked at when something is sent. */
export function webhookUrl(text: string): string {
  if (!URL.canParse(text) || !['https:', 'http:'].includes(new URL(text).protocol))
    throw new Error('is not a URL of https: or http:')
  const { username, password } = new URL(text)
  if (username || password) throw new Error('must not have a user or a password')
  return text
}

const LEAST_SECRET = 16
const MOST_SECRET = 64

/** As Standard Webhooks writes them, or a key of PagerDuty. */
export function webhookSecret(text: string): string {
  const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const length = encoded === undefined ? 0 : Buffer.from(encoded, 'base64').length
  if ((length >= LEAST_SECRET && length <= MOST_SECRET) || /^[A-Za-z0-9]{32}$/.test(text)) return text
  throw new Error(
    `is not whsec_ and ${LEAST_SECRET} to ${MOST_SECRET} bytes in base64 (echo whsec_$(openssl rand -base64 32)), nor a key of PagerDuty`,
  )
}
