export {
  Arm,
  ArmFailure,
  type ArmEndedBadly,
  type ArmFailureFacts,
  type ArmOutcome,
  type ArmRequest,
  type ArmResource,
  type ArmRunning,
  type ArmSucceeded,
  type FailureClass,
  type CoreQuotas,
  type KubernetesVersion,
  type MustAct,
  type OnResponse,
  type RateHeaders,
  type Wire,
} from './arm.js';
export { apiVersions } from './api-versions.js';
export { AZURE_PUBLIC_CLOUD, connectArm, type ArmOptions } from './connect-arm.js';
export type { ClusterCredential } from './cluster-credential.js';
export { azureCredential, staticCredential } from './credentials.js';
export { classify, type FailureSigns, type Met, type Verdict } from './domain/classify.js';
export { readEnvelope, type AzureError, type ErrorEnvelope } from './domain/error-envelope.js';
export {
  AKS_LIMITS,
  ARM_LIMITS,
  bucketsOf,
  DEFAULT_BLOCK_SECONDS,
  feedsOf,
  POLLS_BEFORE_LIST,
  type ArmCall,
  type Bucket,
  type BucketFeed,
} from './domain/rate-limits.js';
export { readResource, standingOf, type Standing } from './domain/resource.js';
export { parseResourceId, resourceKey, sameResource, type ResourceId } from './domain/resource-id.js';
export { DEFAULT_WAIT_BOUNDS, parseRetryAfter, waitOf, type WaitBounds } from './domain/retry-after.js';
export { block, faster, feed, fullBucket, refill, take, type BucketShape, type BucketState, type Taken } from './domain/token-bucket.js';
export { resourceToken } from './operation-token.js';
