/**
 * Structured logs (pino, one JSON object a line on stdout). Fields share names everywhere: user, connection,
 * symbols, action, address, code. Tokens never reach a log: known keys are redacted here, URLs by `redactUrl`.
 */
import { type Logger, pino } from 'pino'

export type { Logger }

/** The last: ioredis hangs the failed command on its errors, AUTH with the password included. */
const redacted = ['token', 'authorization', '*.token', '*.authorization', '*.password', 'err.command.args']

export function createLogger(options: { service: string; level: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: redacted, censor: '[redacted]' },
  })
}

/** Hides the value of `token` in a request target and the password in a URL. */
export function redactUrl(url: string): string {
  return url.replace(/([?&]token=)[^&#]*/gi, '$1[redacted]').replace(/(\/\/[^/@:]*:)[^/]*@/g, '$1[redacted]@')
}
