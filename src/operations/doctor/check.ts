/** A check: what it is called, what it found, and what helps. */
import { FAILURES } from '../../domain/codes.ts'
import { Failure } from '../../domain/failure.ts'

export interface Finding {
  /** `warn`: it works, and should not be left like that, or could not be looked at. */
  result: 'ok' | 'warn' | 'fail'
  detail: string
  /** What to do about it. Of what is well there is none. */
  remedy: string | null
}

export interface Check {
  /** `<group>.<name>`. */
  id: string
  run(): Promise<Finding>
}

export const ok = (detail: string): Finding => ({ result: 'ok', detail, remedy: null })
export const warn = (detail: string, remedy: string): Finding => ({ result: 'warn', detail, remedy })
export const fail = (detail: string, remedy: string): Finding => ({ result: 'fail', detail, remedy })

/** What the error of a check says: those of the field bring their remedy along. */
export function findingOf(error: unknown, remedy: string): Finding {
  if (error instanceof Failure) return fail(`${error.code}: ${error.message}`, remedyNow(FAILURES[error.code].remedy))
  return fail(reasonOf(error), remedy)
}

/** What helps whoever looks on purpose: that an order would be tried again does not. */
function remedyNow(remedy: string): string {
  const now = remedy.replace(/^It is retried automatically\. If it keeps failing, /, '')
  return `${now.charAt(0).toUpperCase()}${now.slice(1)}`
}

/** What can't be looked at because something else does not work: that is said once, where it belongs. */
export function unchecked(error: unknown, because: string): Finding {
  return warn(`not checked, because ${because} fails: ${reasonOf(error)}`, `Mend ${because} first.`)
}

export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ')
  if (!(error instanceof Error)) return String(error)
  // fetch says only that it failed; why is in the cause.
  if (error.message === 'fetch failed' && error.cause instanceof Error) return reasonOf(error.cause)
  return error.message || error.name
}

/** Asks once, however many checks want to know. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask()
    return asked
  }
}

/** A check that needs the answer of another: where there is none, nothing can be said. */
export function needing<T>(
  ask: () => Promise<T>,
  because: string,
  judge: (answer: T) => Finding | Promise<Finding>,
): () => Promise<Finding> {
  return async () => {
    const asked = await ask().then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    )
    return 'error' in asked ? unchecked(asked.error, because) : judge(asked.answer)
  }
}
