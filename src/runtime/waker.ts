/** Rest that others can end. A wake that comes while nobody rests is not lost: the next rest ends at once. */
export interface Waker {
  wake(): void
  /** Forgets the wakes until now: what they were about is looked at next. */
  reset(): void
  /** Resolves when it is woken, or after so long, ms. */
  rest(ms: number): Promise<void>
}

export function createWaker(): Waker {
  let woken = false
  let rouse: (() => void) | undefined

  return {
    wake() {
      woken = true
      rouse?.()
    },
    reset() {
      woken = false
    },
    async rest(ms) {
      if (woken) return
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>((resolve) => {
        rouse = resolve
        timer = setTimeout(resolve, ms)
      })
      clearTimeout(timer)
      rouse = undefined
    },
  }
}
