/** A picture on the terminal that is drawn again and again, and leaves it as it was. */
import { visible } from './print.ts'

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const REST_OF_LINE = '\u001b[K'
const REST_OF_SCREEN = '\u001b[J'

export interface Screen {
  /** The text for a terminal of that width. */
  draw: (columns: number) => Promise<string>
  everyMs: number
}

/** Resolves when somebody wants no more of it: q, Ctrl-C, or a signal. */
export async function showScreen({ draw, everyMs }: Screen): Promise<void> {
  const { stdout, stdin } = process
  const ending = new AbortController()
  const end = () => ending.abort()
  const restore = () => stdout.write(LEAVE)
  // Whatever ends the process: the terminal is the user's.
  process.once('exit', restore)
  for (const signal of SIGNALS) process.once(signal, end)
  if (stdin.isTTY) {
    stdin.setRawMode(true)
    stdin.on('data', (keys) => KEYS_TO_LEAVE.some((key) => String(keys).includes(key)) && end())
    stdin.resume()
  }
  stdout.write(ENTER)
  try {
    while (!ending.signal.aborted) {
      // A terminal that nobody has told its size says 0.
      const [columns, rows] = [stdout.columns > 0 ? stdout.columns : 80, stdout.rows > 0 ? stdout.rows : 24]
      stdout.write(picture(await draw(columns), rows))
      await rest(everyMs, ending.signal)
    }
  } finally {
    if (stdin.isTTY) {
      stdin.setRawMode(false)
      stdin.pause()
    }
    for (const signal of SIGNALS) process.off(signal, end)
    process.off('exit', restore)
    restore()
  }
}

/** q, and Ctrl-C, which is no signal while keys come raw. */
const KEYS_TO_LEAVE = ['q', '\u0003']
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function picture(text: string, rows: number): string {
  const lines = visible(text).split('\n').slice(0, rows)
  return `${HOME}${lines.join(`${REST_OF_LINE}\r\n`)}${REST_OF_LINE}${REST_OF_SCREEN}`
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
