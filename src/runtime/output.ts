import type { Writable } from 'node:stream'

/** What nobody has taken up yet may grow to so many bytes; then lines are left out. */
const LONGEST_BACKLOG = 16 * 1024 * 1024
/** How long a line may wait for others, ms. Messages that come one by one would else pay for a write each. */
const GATHER_MS = 20
/** Characters that wait for no others. */
const ENOUGH = 64 * 1024
/** pino's number of a warning. */
const WARN = 40

/** Where pino writes to. It says with `lastLevel` which level the line has. */
export interface Output {
  lastLevel: number
  write(line: string): void
}

/**
 * Standard output for a log. It never waits: whoever reads it may have stopped reading, and a write that waits for room
 * in a pipe holds up the whole process - or its end, where the write is in a thread. Lines that are lost are counted.
 * Lines are gathered for a moment: one write costs less than many. Warnings and errors take all along that waits, at the
 * end of the turn of the event loop, and so does the end of the process.
 */
export function createOutput(out: Writable, later: (flush: () => void) => void = gather): Output {
  let lines = ''
  let lost = 0
  let due = false
  const flush = () => {
    due = false
    if (lines !== '') out.write(lines)
    lines = ''
  }
  // Whoever read it is gone: the work goes on.
  out.on('error', () => {})
  process.once('exit', flush)
  const output = {
    lastLevel: 0,
    write(line: string) {
      if (out.writableLength > LONGEST_BACKLOG) {
        lost += 1
        return
      }
      if (lines === '') later(flush)
      if (lost > 0)
        lines += `${JSON.stringify({ level: 'warn', time: new Date(), lines: lost, msg: 'log.lines_lost' })}\n`
      lost = 0
      lines += line
      if (due || (output.lastLevel < WARN && lines.length < ENOUGH)) return
      due = true
      setImmediate(flush)
    },
  }
  return Object.assign(output, { [Symbol.for('pino.metadata')]: true })
}

function gather(flush: () => void): void {
  setTimeout(flush, GATHER_MS).unref()
}
