import { InvalidRequest } from '@podspan/errors';

/** An ARM id taken apart. Names keep the caller's casing; keywords have ARM's own. */
export interface ResourceId {
  /** `/subscriptions/.../resourceGroups/...`, single slashes, no trailing slash. */
  readonly id: string;
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  /** Such as `Microsoft.Network`; `Microsoft.Resources` for subscriptions and resource groups. */
  readonly provider: string;
  /** Such as `Microsoft.Network/virtualNetworks/subnets`, as it was written. */
  readonly type: string;
  /** One per segment of the type: the VNet's name, the subnet's name. */
  readonly names: readonly string[];
  /** The last of the names. */
  readonly name: string;
  /** What an extension such as a role assignment hangs on: the id before its `/providers/`. */
  readonly scope: string;
}

const KEYWORDS: Readonly<Record<string, string>> = {
  subscriptions: 'subscriptions',
  resourcegroups: 'resourceGroups',
  providers: 'providers',
};

/** Characters that would change the URL, and the dots that would climb out of it. */
const UNSAFE = /[\s?#%\\]|^\.{1,2}$/;

/**
 * Reads an ARM id in any casing, with doubled or trailing slashes.
 * @throws {InvalidRequest} `invalid_resource_id`
 */
export function parseResourceId(text: string): ResourceId {
  const segments = text.split('/').filter((segment) => segment !== '');
  if (segments.length < 2 || segments.length % 2 !== 0 || segments.some((segment) => UNSAFE.test(segment))) {
    throw invalid(text);
  }
  const canonical = segments.map((segment, index) => (index % 2 === 0 ? (KEYWORDS[segment.toLowerCase()] ?? segment) : segment));
  const at = canonical.findLastIndex((segment, index) => segment === 'providers' && index % 2 === 0);
  return at === -1 ? groupOrSubscription(text, canonical) : provided(text, canonical, at);
}

/** The same for every spelling of one id: for comparing, for map keys, for locks. */
export function resourceKey(id: string): string {
  return `/${id
    .split('/')
    .filter((segment) => segment !== '')
    .join('/')
    .toLowerCase()}`;
}

export function sameResource(a: string, b: string): boolean {
  return resourceKey(a) === resourceKey(b);
}

function groupOrSubscription(text: string, segments: readonly string[]): ResourceId {
  const [keyword, subscriptionId, groupKeyword, group] = segments;
  if (keyword !== 'subscriptions' || subscriptionId === undefined || segments.length > 4) throw invalid(text);
  const base = { provider: 'Microsoft.Resources', subscriptionId, scope: `/subscriptions/${subscriptionId}` };
  const id = `/${segments.join('/')}`;
  if (group === undefined) {
    return { ...base, id, type: 'Microsoft.Resources/subscriptions', names: [subscriptionId], name: subscriptionId };
  }
  if (groupKeyword !== 'resourceGroups') throw invalid(text);
  return { ...base, id, resourceGroup: group, type: 'Microsoft.Resources/resourceGroups', names: [group], name: group };
}

function provided(text: string, segments: readonly string[], at: number): ResourceId {
  const provider = segments[at + 1];
  const rest = segments.slice(at + 2);
  const names = rest.filter((_, index) => index % 2 === 1);
  const name = names.at(-1);
  if (provider === undefined || name === undefined) throw invalid(text);
  const subscriptionId = after(segments, 'subscriptions');
  const resourceGroup = after(segments, 'resourceGroups');
  return {
    id: `/${segments.join('/')}`,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    ...(resourceGroup === undefined ? {} : { resourceGroup }),
    provider,
    type: [provider, ...rest.filter((_, index) => index % 2 === 0)].join('/'),
    names,
    name,
    scope: `/${segments.slice(0, at).join('/')}`,
  };
}

function after(segments: readonly string[], keyword: string): string | undefined {
  const index = segments.findIndex((segment, position) => segment === keyword && position % 2 === 0);
  return index === -1 ? undefined : segments[index + 1];
}

function invalid(text: string): InvalidRequest {
  return new InvalidRequest([
    {
      path: 'resourceId',
      code: 'invalid_resource_id',
      message: `'${text}' is not the id of an Azure resource`,
      value: text,
      suggestion: '/subscriptions/{id}/resourceGroups/{group}/providers/{namespace}/{type}/{name}',
    },
  ]);
}
