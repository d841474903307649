/** Why a notification waits though nothing failed: codes of attempts that burn none. */
import type { CodeKind } from './kind.ts'

export const WAITS = {
  BUSY: {
    class: 'wait',
    meaning: 'Another worker has this order in hand, or had it a moment ago.',
    remedy: 'There is nothing to do. In a second it is looked at again, and goes on from what the other worker did.',
  },
  PRODUCT_SILENT: {
    class: 'wait',
    meaning: 'WHMCS gave no clear answer about another order of the same product, and that one is being tried.',
    remedy:
      'There is nothing to do at first: orders of other products pass, and this one comes back. If it stays like this, check the module of the product in WHMCS.',
  },
  INVOICE_OPEN: {
    class: 'wait',
    meaning: 'The order is in WHMCS, and is accepted when its invoice is paid.',
    remedy: 'There is nothing to do until the client has paid. The invoice is looked at again, at most an hour later.',
  },
  NOT_YET_APPROVED: {
    class: 'wait',
    meaning: 'An event told of the order, but it is not in an approved status yet.',
    remedy:
      'There is nothing to do: it is looked at once more. If it happens often, set the event to Publish After Commit: published immediately, it comes before the change that it tells of.',
  },
  SNAPSHOT_OLD: {
    class: 'wait',
    meaning: 'What was read of the order is missing, or too old to provision from.',
    remedy: 'There is nothing to do. The order is read again, and goes on.',
  },
} as const satisfies Record<string, CodeKind>
