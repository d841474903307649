/** A sweep has no notification id of Salesforce. Its own is made of the record and of the change that was found. */
import { derivedId, SWEEP } from '../derived-id.ts'

export function sweepNotificationId(recordId: string, changedAt: Date): string {
  return derivedId(SWEEP, `${recordId} ${changedAt.toISOString()}`)
}
