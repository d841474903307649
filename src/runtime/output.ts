import type { Writable } from 'node:stream'

/** What nobody has taken up yet may grow to so many bytes; then lines are left out. */
const LONGEST_BACKLOG = 16 * 1024 * 1024

/**
 * Standard output for a log. It never waits: whoever reads it may have stopped reading, and a write that waits for room
 * in a pipe holds up the whole process - or its end, where the write is in a thread. Lines that are lost are counted.
 * The lines of one turn of the event loop are one write, which costs less than each by itself.
 */
export function createOutput(out: Writable): { write(line: string): void } {
  let lines = ''
  let lost = 0
  const flush = () => {
    if (lines !== '') out.write(lines)
    lines = ''
  }
  // Whoever read it is gone: the work goes on.
  out.on('error', () => {})
  process.once('exit', flush)
  return {
    write(line) {
      if (out.writableLength > LONGEST_BACKLOG) {
        lost += 1
        return
      }
      if (lines === '') setImmediate(flush)
      if (lost > 0)
        lines += `${JSON.stringify({ level: 'warn', time: new Date(), lines: lost, msg: 'log.lines_lost' })}\n`
      lost = 0
      lines += line
    },
  }
}
