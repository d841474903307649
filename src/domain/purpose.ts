/** What the notifications of a record type are for. A record type that isn't here is recorded and ignored. */
const PURPOSES: Readonly<Record<string, 'provision'>> = { Order: 'provision' }

export function purposeOf(recordType: string): 'provision' | undefined {
  return Object.hasOwn(PURPOSES, recordType) ? PURPOSES[recordType] : undefined
}
