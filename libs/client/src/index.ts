export { ApiProblem, ServerUnreachable } from './api-problem.js';
export {
  createPodspanClient,
  dataOf,
  pathTo,
  type Answer,
  type CallOptions,
  type Method,
  type PodspanClient,
  type PodspanClientOptions,
  type PodspanPaths,
} from './podspan-client.js';
export type { ResilientFetchOptions, Token } from './resilient-fetch.js';
export type { RolloutEvent, RolloutEventsOptions } from './rollout-events.js';
export { ServiceRest, type AnswerSchema, type ServiceAnswer, type ServiceCall, type ServiceRestOptions } from './service-rest.js';
