/** Where an outbound message in Salesforce leads to, and whether that is here. */

export interface Destination {
  name: string
  endpointUrl: string
}

export interface Here {
  /** Path of the endpoint. */
  path: string
  publicUrl: string | undefined
  /** That senders must give. */
  key: string | undefined
}

/** Whatever host it names: that is judged by `misled`. */
export function leadsTo({ endpointUrl }: Destination, { path }: Pick<Here, 'path'>): boolean {
  return URL.canParse(endpointUrl) && new URL(endpointUrl).pathname.endsWith(path)
}

/** What is wrong with the address of a message that leads to the path. The key itself is shown nowhere. */
export function misled({ name, endpointUrl }: Destination, { publicUrl, key }: Here): string[] {
  const { host, searchParams } = new URL(endpointUrl)
  const elsewhere = publicUrl !== undefined && host !== new URL(publicUrl).host
  if (elsewhere) return [`${name} leads to ${host}, and PUBLIC_URL is ${publicUrl}`]
  return key === undefined || searchParams.get('key') === key
    ? []
    : [`${name} gives no key, or another one than OUTBOUND_MESSAGE_KEY`]
}
