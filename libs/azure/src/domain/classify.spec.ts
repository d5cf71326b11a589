import { describe, expect, it } from 'vitest';
import type { FailureClass, MustAct } from '../arm.js';
import { classify, type Met } from './classify.js';

type Row = readonly [code: string, status: number | undefined, met: Met, message: string, expected: FailureClass, mustAct: MustAct];

const rows: readonly Row[] = [
  ['SubscriptionNotFound', 404, 'WRITE', '', 'FATAL', 'OPERATOR'],
  ['ResourceGroupNotFound', 404, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['ParentResourceNotFound', 404, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['ResourceNotFound', 404, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['ResourceNotFound', 200, 'OPERATION', '', 'FATAL', 'USER'],
  ['SubnetIsFull', 200, 'OPERATION', '', 'FATAL', 'USER'],
  ['SubnetIsFull', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['InsufficientSubnetSize', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['ServiceCidrOverlapExistingSubnetsCidr', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['NetworkProfileCIDROverlapVNET', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['DnsServiceIpOutOfServiceCidr', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['InvalidParameter', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['InvalidParameterValue', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['BadRequest', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['NetcfgSubnetRangeOutsideVnet', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['NetcfgInvalidSubnet', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['NetcfgSubnetRangesOverlap', 400, 'WRITE', '', 'FATAL', 'USER'],
  ['InUseSubnetCannotBeDeleted', 400, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['PublicIPAddressCannotBeDeleted', 400, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['InUseNetworkSecurityGroupCannotBeDeleted', 400, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['InUseRouteTableCannotBeDeleted', 400, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['AnotherOperationInProgress', 409, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['AnotherOperationInProgress', 429, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['RetryableError', 429, 'WRITE', '', 'WAIT', 'NOBODY'],
  ['OperationNotAllowed', 409, 'WRITE', 'Operation is not allowed: another operation (Creating) is in progress', 'ADOPT', 'NOBODY'],
  ['OperationNotAllowed', 409, 'WRITE', 'managed cluster is already stopped', 'FATAL', 'USER'],
  ['OperationNotAllowed', 409, 'WRITE', 'the agent pool is being deleted', 'FATAL', 'USER'],
  [
    'OperationNotAllowed',
    429,
    'WRITE',
    'The server rejected the request because too many requests have been received',
    'TRANSIENT',
    'NOBODY',
  ],
  [
    'OperationNotAllowed',
    400,
    'WRITE',
    'Operation could not be completed as it results in exceeding approved Total Regional Cores quota',
    'QUOTA',
    'OPERATOR',
  ],
  ['OperationNotAllowed', 200, 'OPERATION', 'exceeding approved standardDSv5Family Cores quota', 'QUOTA', 'OPERATOR'],
  ['EtagMismatch', 409, 'WRITE', 'Another operation is in progress', 'WAIT', 'NOBODY'],
  ['PreconditionFailed', 412, 'WRITE', '', 'ADOPT', 'NOBODY'],
  ['AKSOperationPreempted', 200, 'OPERATION', '', 'ADOPT', 'NOBODY'],
  ['AKSOperationPreemptedByDelete', 200, 'OPERATION', '', 'ADOPT', 'NOBODY'],
  ['QuotaExceeded', 400, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['ErrCode_InsufficientVCPUQuota', 400, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['ResourceQuotaExceeded', 409, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['PublicIPCountLimitReached', 200, 'OPERATION', '', 'QUOTA', 'OPERATOR'],
  ['SkuNotAvailable', 409, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['AllocationFailed', 200, 'OPERATION', '', 'QUOTA', 'OPERATOR'],
  ['ZonalAllocationFailed', 200, 'OPERATION', '', 'QUOTA', 'OPERATOR'],
  ['OverconstrainedAllocationRequest', 200, 'OPERATION', '', 'QUOTA', 'OPERATOR'],
  ['AKSCapacityError', 409, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['RequestDisallowedByPolicy', 403, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['AuthorizationFailed', 403, 'WRITE', '', 'TRANSIENT', 'OPERATOR'],
  ['AuthorizationFailed', 403, 'READ', '', 'QUOTA', 'OPERATOR'],
  ['LinkedAuthorizationFailed', 403, 'WRITE', '', 'TRANSIENT', 'OPERATOR'],
  ['PrincipalNotFound', 400, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['MissingSubscriptionRegistration', 409, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['ScopeLocked', 409, 'WRITE', '', 'QUOTA', 'OPERATOR'],
  ['Throttled', 429, 'WRITE', 'The PutManagedClusterHandler.PUT request limit has been exceeded', 'TRANSIENT', 'NOBODY'],
  ['SubscriptionRequestsThrottled', 429, 'READ', '', 'TRANSIENT', 'NOBODY'],
  ['ResourceRequestsThrottled', 429, 'READ', '', 'TRANSIENT', 'NOBODY'],
  ['TooManyRequests', 429, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['PodDrainFailure', 200, 'OPERATION', '', 'QUOTA', 'USER'],
  ['UnsatisfiablePDB', 200, 'OPERATION', '', 'QUOTA', 'USER'],
  ['VMExtensionProvisioningError', 200, 'OPERATION', '', 'QUOTA', 'OPERATOR'],
  ['K8SAPIServerConnFailVMExtensionError', 200, 'OPERATION', '', 'QUOTA', 'OPERATOR'],
  ['InternalServerError', 500, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['InternalServerError', 200, 'OPERATION', '', 'TRANSIENT', 'NOBODY'],
  ['GatewayTimeout', 504, 'WRITE', '', 'ADOPT', 'NOBODY'],
  ['GatewayTimeout', 504, 'READ', '', 'TRANSIENT', 'NOBODY'],
  ['BadGateway', 502, 'WRITE', '', 'TRANSIENT', 'NOBODY'],
  ['ServiceUnavailable', 503, 'READ', '', 'TRANSIENT', 'NOBODY'],
];

describe('classify', () => {
  it.each(rows)('%s with %s met in a %s (%s) is %s, for %s to act', (code, httpStatus, met, message, expected, mustAct) => {
    const verdict = classify({ code, message, met, ...(httpStatus === undefined ? {} : { httpStatus }) });
    expect(verdict).toEqual({ code, class: expected, mustAct });
  });

  it.each([
    [400, 'WRITE', 'FATAL'],
    [401, 'READ', 'QUOTA'],
    [403, 'WRITE', 'QUOTA'],
    [404, 'WRITE', 'FATAL'],
    [409, 'WRITE', 'WAIT'],
    [412, 'WRITE', 'ADOPT'],
    [429, 'WRITE', 'TRANSIENT'],
    [500, 'WRITE', 'TRANSIENT'],
    [504, 'WRITE', 'ADOPT'],
    [504, 'READ', 'TRANSIENT'],
    [408, 'WRITE', 'ADOPT'],
    [200, 'OPERATION', 'QUOTA'],
  ] as const)(
    'an unknown code with %s met in a %s is %s: an unknown 4xx fails fast, 5xx, 429 and 409 wait',
    (httpStatus, met, expected) => {
      expect(classify({ code: 'NeverHeardOf', message: '', httpStatus, met }).class).toBe(expected);
    },
  );

  it.each([
    [401, 'QUOTA'],
    [403, 'ADOPT'],
    [404, 'ADOPT'],
    [410, 'ADOPT'],
    [429, 'TRANSIENT'],
    [500, 'TRANSIENT'],
    [503, 'TRANSIENT'],
  ] as const)('a status URL that answers %s is a failure to read, never of the operation: %s (F20, F21)', (httpStatus, expected) => {
    expect(classify({ code: 'ResourceNotFound', message: '', httpStatus, met: 'STATUS' }).class).toBe(expected);
  });

  it.each([
    ['WRITE', true, 'ADOPT'],
    ['WRITE', false, 'TRANSIENT'],
    ['READ', true, 'TRANSIENT'],
    ['STATUS', true, 'TRANSIENT'],
  ] as const)(
    'no answer to a %s, sent: %s, is %s: only a write that left may have been accepted (F4)',
    (met, mayHaveBeenSent, expected) => {
      expect(classify({ code: 'ConnectionLost', message: '', met, mayHaveBeenSent }).class).toBe(expected);
    },
  );

  it('looks for the true cause inside a wrapper, also when the operation failed with 200 (F18)', () => {
    const causes = [{ code: 'ReferencedResourceNotProvisioned', message: 'subnet is Updating' }];
    const verdict = classify({ code: 'RetryableError', message: '', httpStatus: 200, met: 'OPERATION', causes });
    expect(verdict).toEqual({ code: 'ReferencedResourceNotProvisioned', class: 'WAIT', mustAct: 'NOBODY' });
  });

  it('does not let a generic inner code outvote a specific outer one', () => {
    const causes = [{ code: 'BadRequest', message: '' }];
    expect(classify({ code: 'QuotaExceeded', message: '', httpStatus: 400, met: 'WRITE', causes }).code).toBe('QuotaExceeded');
  });

  it('reads codes in any casing', () => {
    expect(classify({ code: 'subnetisfull', message: '', httpStatus: 200, met: 'OPERATION' }).class).toBe('FATAL');
  });
});
