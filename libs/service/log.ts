import pino from 'pino'

export type Logger = pino.Logger

/** JSON lines; pretty on a terminal. Secrets are never logged: the listed fields are cut wherever they appear. */
export function createLogger(level = process.env.LOG_LEVEL ?? 'info', pretty = process.stdout.isTTY): Logger {
  const redact = {
    paths: ['token', '*.token', 'headers', '*.headers', 'address', '*.address', 'authorization', '*.authorization'],
    censor: '[cut]',
  }
  if (!pretty) return pino({ level, redact })
  return pino({ level, redact, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' } } })
}
