/** What was asked for, as it is in the URL. */
export type Asked = Record<string, string | undefined>

/** The list with what was asked, and what is to be different; without the place in it. */
export function listUrl(asked: Asked, more: Asked = {}): string {
  const given = Object.entries({ ...asked, ...more }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return given.length === 0 ? '/admin/notifications' : `/admin/notifications?${new URLSearchParams(given)}`
}
