export { startEmulator, type Emulator } from './start-emulator.js';
export type { EmulatorOptions, Seconds } from './options.js';
export { mostOverlapping, type JournalEntry, type JournalFilter } from './journal.js';
export type { Fault, FaultSpec } from './faults.js';
export type { KubernetesMinor } from './resource-types/kubernetes-versions.js';
