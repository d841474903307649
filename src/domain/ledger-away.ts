/** Whether an error says that the ledger can't be asked: by its name, for those who do not import the ledger. */
export function isLedgerAway(error: unknown): error is Error {
  return error instanceof Error && error.name === 'LedgerUnavailable'
}
