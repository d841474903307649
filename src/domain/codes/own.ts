/** What Soapstone itself, or its ledger, is the reason for. */
import type { CodeKind } from './kind.ts'

export const OWN = {
  LEDGER_AWAY: {
    class: 'release',
    meaning: 'The ledger could not be reached while the order was worked on.',
    remedy: 'It is retried automatically. If it keeps failing, check Postgres.',
  },
  INTERNAL: {
    class: 'retry',
    meaning: 'Soapstone failed in a way that nobody foresaw.',
    remedy: 'It is retried automatically. Find the stack in the log, and report it.',
  },
} as const satisfies Record<string, CodeKind>
