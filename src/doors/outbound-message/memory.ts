/** How large messages may be, one alone and all together, in the memory that this process has. */
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'

export interface MemoryLimits {
  /** The heap may grow to this, bytes. */
  heap: number
  /** What the machine or the container gives, bytes. */
  machine: number
}

/** Taken already: V8's young generation, which its limit includes, and everything that is not a message. */
const OURS = 256 * 1024 * 1024
/**
 * Bytes that a byte of a large body takes. In the heap it is read notification by notification, so this is mostly garbage
 * that waits to be collected; in the process there are the body, its JSON, the parameters of the statement, and pg's copy.
 */
const IN_HEAP = 2
const IN_PROCESS = 6
/** The most that large bodies get of what is left. */
const PART = 0.5
/** One message of Salesforce's largest must have a chance, however little there is. */
const LEAST = 16 * 1024 * 1024

export interface BodyLimits {
  /** The largest body, bytes. */
  limit: number
  /** All large bodies together. */
  budget: number
}

/** What is wanted, or as much of it as fits. */
export function bodyLimits({ heap, machine }: MemoryLimits, wanted: BodyLimits): BodyLimits {
  const fits = Math.min(((heap - OURS) * PART) / IN_HEAP, (machine * PART) / IN_PROCESS)
  const budget = Math.floor(Math.min(wanted.budget, Math.max(LEAST, fits)))
  return { limit: Math.min(wanted.limit, budget), budget }
}

export function memoryLimits(): MemoryLimits {
  const container = process.constrainedMemory()
  const machine = totalmem()
  // Without a container's limit it is 0, or a number beyond all memory.
  return {
    heap: getHeapStatistics().heap_size_limit,
    machine: container > 0 ? Math.min(container, machine) : machine,
  }
}
