/** What the throttle buckets and the ownership rules read from an ARM id. All lower case. */
export interface ArmIdParts {
  readonly subscriptionId: string;
  /** `microsoft.network`; `microsoft.resources` for resource groups. The innermost one of an extension resource. */
  readonly provider: string;
  /** `microsoft.network/virtualnetworks/subnets`. */
  readonly type: string;
}

/** @throws Error when the text is not the id of a resource below a subscription */
export function parseArmId(id: string): ArmIdParts {
  const segments = id.toLowerCase().split('/').filter((segment) => segment !== '');
  const [head, subscriptionId] = segments;
  if (head !== 'subscriptions' || !subscriptionId) throw new Error(`'${id}' is not an ARM id below a subscription`);
  const at = segments.lastIndexOf('providers');
  const provider = segments[at + 1];
  if (at < 0 || !provider) return { subscriptionId, provider: 'microsoft.resources', type: 'microsoft.resources/resourcegroups' };
  const types = segments.slice(at + 2).filter((_, index) => index % 2 === 0);
  return { subscriptionId, provider, type: [provider, ...types].join('/') };
}
