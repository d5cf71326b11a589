import { isUnavailable } from '../http/problem-document.js';
import { CannotStart } from './cannot-start.js';
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

/** Words for a person: what is wrong, and what to do about it where we can tell which part it was. */
export function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof BadConfiguration) return error.message;
  if (error instanceof CannotStart) return `cannot start: ${error.message}`;
  const advice = adviceOn(error);
  if (!('code' in error) && advice === undefined) return error.stack ?? error.message;
  // A host with several addresses fails with one error for each, and without a word of its own.
  const words = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : error.message;
  return `cannot start: ${words}${advice === undefined ? '' : `. ${advice}`}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const CANNOT_LISTEN: ReadonlyMap<unknown, string> = new Map([
  ['EADDRINUSE', 'Another process has that port: stop it, or set PORT to another'],
  ['EACCES', 'This user may not listen there: set PORT to 1024 or above'],
  ['EADDRNOTAVAIL', 'HOST is no address of this machine: set it to one'],
]);
const DATABASE = 'DATABASE_URL says where PostgreSQL answers: start it there, or correct DATABASE_URL';

/** Before it listens a process connects to nothing but the database, and writes nowhere but in its data folder. */
function adviceOn(error: Error): string | undefined {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === 'listen') return CANNOT_LISTEN.get(code);
  if (syscall === 'getaddrinfo') return 'Correct the host of DATABASE_URL, or HOST';
  if (syscall === 'connect' || isUnavailable(error) || refusesUs(error)) return DATABASE;
  return path === undefined ? undefined : 'PODSPAN_HOME must be a folder that this user may write';
}

/** Another password or name than the server knows (SQLSTATE 28 and 3D), or TLS where it has none. */
function refusesUs(error: Error): boolean {
  return ('code' in error && /^(28|3D)\w{3}$/.test(String(error.code))) || error.message.includes('does not support SSL');
}
