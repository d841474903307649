/**
 * A log for what a stranger can cause as often as he likes. The first lines of a window are written; of the others only
 * their number is, at its end. So nobody fills the disk, and nothing goes unnoticed.
 */
import type { EventName } from './events.ts'
import type { Log } from './log.ts'

export interface SampleOptions {
  /** Lines of one message that are written in a window. */
  most?: number
  windowMs?: number
}

export function createSampledLog(log: Log, { most = 20, windowMs = 10_000 }: SampleOptions = {}): Log {
  const windows = new Map<EventName, { lines: number; level: keyof Log }>()

  function write(level: keyof Log, object: object, message: EventName): void {
    const window = windows.get(message) ?? { lines: 0, level }
    if (window.lines === 0) {
      windows.set(message, window)
      setTimeout(close, windowMs, message).unref()
    }
    window.lines += 1
    if (window.lines <= most) log[level](object, message)
  }

  function close(message: EventName): void {
    const { lines, level } = windows.get(message) ?? { lines: 0, level: 'warn' }
    windows.delete(message)
    if (lines > most) log[level]({ suppressed: lines - most, seconds: windowMs / 1_000 }, message)
  }

  return {
    info: (object, message) => write('info', object, message),
    warn: (object, message) => write('warn', object, message),
    error: (object, message) => write('error', object, message),
  }
}
