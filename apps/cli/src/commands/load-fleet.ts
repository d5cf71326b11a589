import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../exit-codes.js';
import { MAX_BYTES } from '../fleet-file/read-yaml.js';
import { readFleetFile, type ReadFleet } from '../fleet-file/read-fleet-file.js';
import type { Io } from '../io.js';

/** @throws UsageError when there is no such file; what is wrong inside it is in the answer */
export function loadFleet(file: string, io: Io): ReadFleet {
  const path = resolve(io.cwd, file);
  try {
    // Not read at all when too large: the reader says so by the length alone.
    return readFleetFile(file, statSync(path).size > MAX_BYTES ? ' '.repeat(MAX_BYTES + 1) : readFileSync(path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'that is a folder',
      EACCES: 'it may not be read',
    };
    if (typeof code === 'string') throw new UsageError(`cannot read ${file}: ${reasons[code] ?? code}`);
    throw error;
  }
}
