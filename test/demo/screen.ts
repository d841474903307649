/** What the demo says: a calm line an event, and on a terminal a counter that counts in place. */
import { styleText } from 'node:util'

export interface Screen {
  heading(text: string): void
  /** An event, with the seconds since the start. */
  event(text: string): void
  /** On a terminal: the line that is being counted; the next event takes its place. Elsewhere nothing. */
  count(text: string): void
  plain(text: string): void
  /** From now on only `closing` says anything: what is still under way has nothing to add. */
  closing(text: string): void
}

export function createScreen(out: NodeJS.WriteStream): Screen {
  const begin = performance.now()
  let closed = false
  let counting = ''

  const seconds = () => ((performance.now() - begin) / 1000).toFixed(1)
  const stamped = (text: string) => `${seconds().padStart(6)} s  ${text}`
  function write(line: string): void {
    out.write(counting ? `\r\x1b[2K${line}\n` : `${line}\n`)
    counting = ''
  }

  return {
    heading: (text) => {
      if (!closed) write(`\n${styleText('bold', text, { stream: out })}`)
    },
    event: (text) => {
      if (!closed) write(stamped(text))
    },
    count(text) {
      if (closed || !out.isTTY || text === counting) return
      out.write(`\r\x1b[2K${stamped(text)}`)
      counting = text
    },
    plain: (text) => {
      if (!closed) write(text)
    },
    closing(text) {
      write(closed ? text : `\n${text}`)
      closed = true
    },
  }
}
