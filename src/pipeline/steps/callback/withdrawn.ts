/** Orders with nothing to provision: they end here, unless WHMCS may have something of them already. */
import type { IgnoreCode } from '../../../domain/codes.ts'
import { Failure } from '../../../domain/failure.ts'
import type { WorkItem } from '../../../domain/notification.ts'
import type { Outcome } from '../../../domain/outcome.ts'

/** Freight, discounts and the like: the mapping says of every line that it is not for WHMCS. */
export function leaveOut(item: WorkItem, skipped: string[], version: string | undefined): Outcome {
  const note = [
    'No line of the order is for WHMCS.',
    ...skipped.map((why) => `${why}.`),
    version ? `Mapping ${version}.` : [],
  ]
    .flat()
    .join(' ')
  if (isHalfMade(item)) return withdrawn(item, note)
  return { kind: 'complete', note }
}

/** A withdrawn order must not be forgotten while WHMCS may have it without having accepted it. */
export function ignoreUnlessSent(item: WorkItem, code: IgnoreCode, message: string): Outcome {
  return isHalfMade(item) ? withdrawn(item, message) : { kind: 'ignore', code, message }
}

function isHalfMade({ provisioning }: WorkItem): boolean {
  return provisioning === 'sending' || provisioning === 'added'
}

function withdrawn(item: WorkItem, detail: string): Outcome {
  return { kind: 'fail', failure: new Failure('ORDER_WITHDRAWN', { record: `Order ${item.recordId}`, detail }) }
}
