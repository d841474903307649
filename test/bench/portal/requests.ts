import { signLink } from '../../../src/portal/link.ts'
import { recordId } from '../../helpers/old-ledger.ts'

export const SECRET = 'the secret of a bench'

/** The path with a link to the order of row `i`. */
export function pathOf(i: number): string {
  return `/orders/${recordId(i)}?${signLink(recordId(i), new Date(Date.now() + 3_600_000), SECRET)}`
}
