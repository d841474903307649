/** The server answers, and is not what the ledger needs. */
import { Explained } from '../../runtime/explained.ts'

export class LedgerUnfit extends Explained {
  /** `read-only`: another server may be the one to ask, or this one may become it. `wrong`: a person has to mend it. */
  readonly kind: 'read-only' | 'wrong'

  constructor(kind: 'read-only' | 'wrong', sentence: string) {
    super(sentence)
    this.name = 'LedgerUnfit'
    this.kind = kind
  }
}
