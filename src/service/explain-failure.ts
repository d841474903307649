import { FAILURES } from '../domain/codes.ts'
import { Failure } from '../domain/failure.ts'
import { Explained } from '../runtime/explained.ts'

/** What Salesforce or WHMCS did, for whoever runs a command. Other errors are handed back as they are. */
export function explainFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error
  return new Explained(`${error.code}: ${error.message}\n${FAILURES[error.code].remedy}`)
}
