export type * from './contracts.js';
export { createEngine, DurableEngine } from './durable-engine.js';
export { engineMigrations } from './migrations.js';
export type { AnyProgram, EngineLog, EngineOptions, EngineRole, EngineTuning, Moment, QueueOptions } from './options.js';
export { failureMembers } from './failure-members.js';
export { EngineRef } from './engine-ref.js';
export {
  createEngineService,
  documentOfEngineService,
  type EngineService,
  type EngineServiceDefinition,
  type EngineServiceOptions,
  type Surroundings,
} from './service/engine-service.js';
export type { EngineParts } from './service/open-engine.js';
export { checkRedis } from './service/check-redis.js';
export { roleOf } from './service/role-of.js';
