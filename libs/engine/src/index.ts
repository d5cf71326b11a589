export type * from './contracts.js';
export { createEngine, DurableEngine } from './durable-engine.js';
export { engineMigrations } from './migrations.js';
export type { AnyProgram, EngineLog, EngineOptions, EngineRole, EngineTuning, Moment, QueueOptions } from './options.js';
