/** pino, with everything redacted that must not be read by whoever reads logs. */
import { type Logger, pino, stdTimeFunctions } from 'pino'

/** Names under which a secret could come along, at any of the first levels of a logged object. */
const SECRETS = new Set([
  'sessionId',
  'session',
  'accessToken',
  'access_token',
  'secret',
  'clientSecret',
  'authorization',
  'assertion',
])
const LEVELS = 3

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

export function createLog(level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    // What a child logger adds to every line does not come by the formatter below.
    redact: { paths: [...SECRETS], censor: '[redacted]' },
    serializers: { err: errorForLog },
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      // Not pino's own `redact`: its wildcards cost 15 µs a line, this walk less than one, and an Ack writes two lines.
      log: (facts: Record<string, unknown>) => redact(facts, LEVELS),
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** The same object where there is nothing to hide: hardly ever is it copied. */
function redact<T extends object>(value: T, levels: number): T {
  let copy: T | undefined
  for (const [name, inner] of Object.entries(value)) {
    const shown = SECRETS.has(name) ? '[redacted]' : redactInner(inner, levels - 1)
    if (shown === inner) continue
    copy ??= Array.isArray(value) ? Object.assign([], value) : { ...value }
    Object.assign(copy, { [name]: shown })
  }
  return copy ?? value
}

/** Errors are written by their serializer, which takes nothing along that hangs on them. */
function redactInner(value: unknown, levels: number): unknown {
  if (levels === 0 || typeof value !== 'object' || value === null || value instanceof Error) return value
  return redact(value, levels)
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
