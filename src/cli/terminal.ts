/** What standard output is: a terminal has a width, and colours unless somebody does not want them. */
import type { WriteStream } from 'node:tty'

type Paint = ((text: string) => string) | undefined

export interface Terminal {
  /** Undefined: it is no terminal, and a line may be as long as it likes. */
  columns: number | undefined
  bold: Paint
  good: Paint
  bad: Paint
  busy: Paint
  dim: Paint
}

const NONE = { bold: undefined, good: undefined, bad: undefined, busy: undefined, dim: undefined }

/** See no-color.org: whoever sets NO_COLOR, to whatever, wants none. */
export function terminal(
  stream: Pick<WriteStream, 'columns'> & { isTTY?: boolean } = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): Terminal {
  if (!stream.isTTY) return { columns: undefined, ...NONE }
  // One that nobody has told its size says 0.
  const columns = stream.columns > 0 ? stream.columns : undefined
  const plain = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb'
  if (plain) return { columns, ...NONE }
  const painted = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
  return {
    columns,
    bold: painted(1),
    good: painted(32),
    bad: painted(31),
    busy: painted(36),
    dim: painted(2),
  }
}
