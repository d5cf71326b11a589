import { MAX_BYTES } from '../fleet-file/read-yaml.js';
import { readFleetFile, type ReadFleet } from '../fleet-file/read-fleet-file.js';
import type { Io } from '../io.js';
import { textOf } from './read-input.js';

/** @throws UsageError when there is no such file; what is wrong inside it is in the answer */
export async function loadFleet(file: string, io: Io): Promise<ReadFleet> {
  return readFleetFile(file, await textOf(file, io, MAX_BYTES));
}
