export { ApiProblem, ServerUnreachable } from './api-problem.js';
export { createPodspanClient, pathTo, type Answer, type CallOptions, type Method, type PodspanClient, type PodspanClientOptions } from './podspan-client.js';
export type { ResilientFetchOptions, Token } from './resilient-fetch.js';
export type { RolloutEvent, RolloutEventsOptions } from './rollout-events.js';
