/** What the notifications of a record type are for. A record type that isn't here is recorded and ignored. */
const PURPOSES: Readonly<Record<string, 'provision'>> = { Order: 'provision' }

/** The package's row for an order that was deleted: it names the order in a field. */
export const TOMBSTONE = 'Soapstone_Tombstone__c'

export function purposeOf(recordType: string): 'provision' | undefined {
  return Object.hasOwn(PURPOSES, recordType) ? PURPOSES[recordType] : undefined
}
