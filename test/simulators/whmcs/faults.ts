import type { WhmcsFault } from './types.ts'

export interface FaultQueue {
  push(fault: WhmcsFault): void
  clear(): void
  /** The oldest fault that hits this action, used up by one. */
  take(action: string): WhmcsFault | undefined
}

export const faultQueue = (): FaultQueue => {
  const queue: { fault: WhmcsFault; left: number }[] = []
  return {
    push(fault) {
      queue.push({ fault, left: fault.times ?? 1 })
    },
    clear() {
      queue.length = 0
    },
    take(action) {
      const wanted = action.toLowerCase()
      const at = queue.findIndex(({ fault }) => fault.on === 'any' || fault.on.toLowerCase() === wanted)
      const entry = queue[at]
      if (entry === undefined) return undefined
      entry.left -= 1
      if (entry.left <= 0) queue.splice(at, 1)
      return entry.fault
    },
  }
}
