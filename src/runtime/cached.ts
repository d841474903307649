/**
 * Asks one at a time, and not again for `freshMs` after an answer: however many want to know, the one who is asked has the
 * same to do. A failure is nobody's answer but of those who waited for it.
 */
export function cached<T>(ask: () => Promise<T>, { freshMs, now }: { freshMs: number; now: () => number }) {
  let asked: Promise<T> | undefined
  let answer: { at: number; value: T } | undefined

  return async (): Promise<T> => {
    if (answer !== undefined && now() - answer.at < freshMs) return answer.value
    asked ??= ask()
      .then((value) => {
        answer = { at: now(), value }
        return value
      })
      .finally(() => {
        asked = undefined
      })
    return await asked
  }
}
