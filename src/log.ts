/** pino, with everything redacted that must not be read by whoever reads logs. */
import { type Logger, pino, stdTimeFunctions } from 'pino'

/** Names under which a secret could come along, at any of the first levels of a logged object. */
const SECRETS = [
  'sessionId',
  'session',
  'accessToken',
  'access_token',
  'secret',
  'clientSecret',
  'authorization',
  'assertion',
]

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

export function createLog(level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    serializers: { err: errorForLog },
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** Name, text, code and stack of an error and of its causes; not its other properties, which may hold whole replies. */
function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) }
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && { code: String(error.code) }),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: errorForLog(error.cause) }),
  }
}
