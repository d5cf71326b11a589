export { run } from './program.js';
export { EXIT, type ExitCode } from './exit-codes.js';
export type { Io, OutputStream } from './io.js';
export { readFleetFile, type LocatedProblem, type ReadFleet } from './fleet-file/read-fleet-file.js';
