import { signLink } from '../../../src/portal/link.ts'
import { recordId } from '../../helpers/old-ledger.ts'

export const SECRET = 'the secret of a bench'

/** The path with a link to the order of row `i`. */
export function pathOf(i: number): string {
  return `/orders/${recordId(i)}?${signLink(recordId(i), new Date(Date.now() + 3_600_000), SECRET)}`
}

/** So many rows that were provisioned: of a filled ledger some were ignored, and some are dead. */
export function provisioned(many: number): number[] {
  return Array.from({ length: many * 2 }, (_, i) => 100 + i)
    .filter((i) => i % 100 > 2)
    .slice(0, many)
}
