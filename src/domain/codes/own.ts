/** What Soapstone itself, or its ledger, is the reason for. */
import type { CodeKind } from './kind.ts'

export const OWN = {
  LEDGER_AWAY: {
    class: 'release',
    meaning: 'The ledger was away while the order was worked on.',
    remedy: 'Nothing, if it passes: it is tried again. Else see to Postgres.',
  },
  INTERNAL: {
    class: 'retry',
    meaning: 'Soapstone itself failed in a way that nobody foresaw.',
    remedy: 'See the log for the stack, and report it.',
  },
} as const satisfies Record<string, CodeKind>
