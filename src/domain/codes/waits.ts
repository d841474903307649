/** Why a notification waits though nothing failed: codes of attempts that burn none. */
import type { CodeKind } from './kind.ts'

export const WAITS = {
  BUSY: {
    class: 'wait',
    meaning: 'Another worker has this order in hand, or had it a moment ago.',
    remedy: 'Nothing: it is looked at again in a second, and goes on from what the other one did.',
  },
  PRODUCT_SILENT: {
    class: 'wait',
    meaning: 'WHMCS gave no clear answer about another order of the same product, and that one is being tried.',
    remedy:
      'Nothing: it lets orders of other products pass and comes back. If it stays, see to the module of the product.',
  },
  SNAPSHOT_OLD: {
    class: 'wait',
    meaning: 'What was read of the order was missing, or had grown too old to provision from.',
    remedy: 'Nothing: the order is read again, and goes on.',
  },
} as const satisfies Record<string, CodeKind>
