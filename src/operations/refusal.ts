import { Explained } from '../runtime/explained.ts'

/**
 * `invalid`: asked wrongly; `unknown`: there is no such thing; `conflict`: its state does not allow it; `contradicted`:
 * another system says that it is not so.
 */
export type RefusalKind = 'invalid' | 'unknown' | 'conflict' | 'contradicted'

/** What was asked is not done, and nothing has changed. The message says why. */
export class Refusal extends Explained {
  readonly kind: RefusalKind

  constructor(kind: RefusalKind, message: string) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
  }
}
