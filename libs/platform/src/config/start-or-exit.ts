import { BadConfiguration } from './config.js';

/**
 * Runs the start of a service. What keeps it from starting is said in a line on standard error for whoever starts the process, and
 * ends it with 1; what nobody has foreseen keeps its stack.
 */
export async function startOrExit(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stderr.write(`${whyNot(error)}\n`);
    process.exit(1);
  }
}

/** Words for a person. Errors of the system and of the database have a code, and say of themselves what is wrong. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof BadConfiguration) return error.message;
  if (!('code' in error)) return error.stack ?? error.message;
  // A host with several addresses fails with one error for each, and without a word of its own.
  const words = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message;
  return `cannot start: ${words}`;
}
