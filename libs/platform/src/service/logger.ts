import type { LoggerService } from '@nestjs/common';
import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, type Logger, pino } from 'pino';

/**
 * JSON lines. Credentials never reach them.
 * @throws the system's error when `file` cannot be written
 */
export function createLogger(service: string, level: string, file?: string): Logger {
  const options = {
    level,
    base: { service },
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        'req.headers.authorization',
        'token',
        '*.token',
        'password',
        '*.password',
        'connectionString',
        '*.connectionString',
      ],
      censor: '[redacted]',
    },
  };
  return file === undefined ? pino(options) : pino(options, destination({ dest: openToAppend(file), sync: false }));
}

/** At once: a process that ends before a file was opened beside it has nowhere to write its last lines, and breaks over that. */
function openToAppend(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a', 0o600);
}

/** Nest's own messages in the same stream. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'info' | 'error' | 'warn' | 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) => {
      logger[level]({ context: rest.at(-1) }, message instanceof Error ? message.message : String(message));
    };
  return { log: write('debug'), error: write('error'), warn: write('warn'), debug: write('debug'), verbose: write('trace') };
}
