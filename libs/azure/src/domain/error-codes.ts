import type { FailureClass, MustAct } from '../arm.js';

/** What one of Azure's codes means to whoever made the call. */
export interface CodeRule {
  readonly codes: readonly string[];
  readonly class: FailureClass;
  readonly mustAct: MustAct;
}

/**
 * Codes that say what happened whatever the HTTP status, and win over the codes they are wrapped in or that they wrap.
 * `OperationNotAllowed` is not here: it means three things, see {@link classify}.
 */
export const SPECIFIC_CODES: readonly CodeRule[] = [
  {
    class: 'FATAL',
    mustAct: 'USER',
    codes: [
      'SubnetIsFull',
      'InsufficientSubnetSize',
      'ServiceCidrOverlapExistingSubnetsCidr',
      'NetworkProfileCIDROverlapVNET',
      'DnsServiceIpOutOfServiceCidr',
      'NetcfgSubnetRangeOutsideVnet',
      'NetcfgInvalidSubnet',
      'NetcfgSubnetRangesOverlap',
      'K8sVersionNotSupported',
      'PropertyChangeNotAllowed',
      'LocationRequired',
      'LocationNotAvailableForResourceType',
      'InvalidResourceLocation',
      'InvalidTemplate',
      'RoleAssignmentExists',
      'AppGwForContainersAssociationSubnetNotDelegatedToTrafficController',
      'AppGwForContainersSubnetAssociationNotEnoughIPv4AddressesInSubnet',
      'ApplicationGatewayNetworkIsolationRequiresSubnetDelegation',
    ],
  },
  {
    class: 'FATAL',
    mustAct: 'OPERATOR',
    codes: [
      'SubscriptionNotFound',
      'InvalidSubscriptionId',
      'InvalidResourceType',
      'InvalidResourceNamespace',
      'InvalidApiVersionParameter',
      'MissingApiVersionParameter',
    ],
  },
  {
    class: 'WAIT',
    mustAct: 'NOBODY',
    codes: [
      'AnotherOperationInProgress',
      'RetryableErrorDueToAnotherOperation',
      'ReferencedResourceNotProvisioned',
      'RetryableError',
      'EtagMismatch',
      'InUseSubnetCannotBeDeleted',
      'PublicIPAddressCannotBeDeleted',
      'InUseNetworkSecurityGroupCannotBeDeleted',
      'InUseRouteTableCannotBeDeleted',
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
    ],
  },
  {
    class: 'ADOPT',
    mustAct: 'NOBODY',
    codes: ['PreconditionFailed', 'AKSOperationPreempted', 'AKSOperationPreemptedByDelete', 'OperationPreempted'],
  },
  {
    class: 'QUOTA',
    mustAct: 'OPERATOR',
    codes: [
      'QuotaExceeded',
      'ErrCode_InsufficientVCPUQuota',
      'ResourceQuotaExceeded',
      'PublicIPCountLimitReached',
      'SkuNotAvailable',
      'AllocationFailed',
      'ZonalAllocationFailed',
      'OverconstrainedAllocationRequest',
      'OverconstrainedZonalAllocationRequest',
      'AKSCapacityError',
      'RequestDisallowedByPolicy',
      'MissingSubscriptionRegistration',
      'ScopeLocked',
    ],
  },
  // A person who owns the workload must act, not the platform: a disruption budget forbids the drain.
  { class: 'QUOTA', mustAct: 'USER', codes: ['PodDrainFailure', 'UnsatisfiablePDB'] },
  // A new identity is not known everywhere for some minutes.
  { class: 'TRANSIENT', mustAct: 'NOBODY', codes: ['PrincipalNotFound'] },
  {
    class: 'TRANSIENT',
    mustAct: 'NOBODY',
    codes: ['Throttled', 'SubscriptionRequestsThrottled', 'ResourceRequestsThrottled', 'TooManyRequests'],
  },
];

/** Codes that say little: they decide only when nothing specific is nested in them or around them. */
export const GENERIC_CODES: readonly CodeRule[] = [
  {
    class: 'FATAL',
    mustAct: 'USER',
    codes: ['InvalidParameter', 'InvalidParameterValue', 'BadRequest', 'InvalidRequestContent', 'InvalidRequestFormat'],
  },
  {
    class: 'TRANSIENT',
    mustAct: 'NOBODY',
    codes: ['InternalServerError', 'InternalError', 'ServiceUnavailable', 'GatewayTimeout', 'BadGateway', 'ServerTimeout'],
  },
];

/** Rights: new role assignments take minutes to arrive, so a write is tried again for a while before a person is asked. */
export const RIGHTS_CODES = ['AuthorizationFailed', 'LinkedAuthorizationFailed'] as const;

/** Order or replication when we have just made the parent; the caller bounds how long. */
export const ABSENT_CODES = ['ResourceGroupNotFound', 'ParentResourceNotFound', 'ResourceNotFound'] as const;
