import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../exit-codes.js';
import type { Io } from '../io.js';

/** A file of the command line, or standard input for `-`. @throws UsageError for a file that cannot be read or is not UTF-8: replacing its bytes would be a guess */
export function textOf(file: string, io: Io): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file === '-' ? 0 : resolve(io.cwd, file)));
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is not UTF-8' : error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot read ${file}: ${reason}`);
  }
}
