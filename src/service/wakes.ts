/** A waker for each organisation and step. They are made first: stages rest on them, and others wake them. */
import type { Step } from '../domain/notification.ts'
import { createWaker, type Waker } from '../runtime/waker.ts'

/** Where there is work. */
export interface Due {
  organizationId: string
  step: Step
}

export interface Wakes {
  of(due: Due): Waker
  /** Nobody rests there: nobody is woken. */
  wake(due: Due): void
}

export function createWakes(): Wakes {
  const wakers = new Map<string, Waker>()
  const key = ({ organizationId, step }: Due) => `${organizationId} ${step}`

  return {
    of(due) {
      const waker = wakers.get(key(due)) ?? createWaker()
      wakers.set(key(due), waker)
      return waker
    },
    wake: (due) => wakers.get(key(due))?.wake(),
  }
}
