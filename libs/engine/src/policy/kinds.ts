import { parseResourceId } from '@podspan/azure';

const CLUSTERS = 'microsoft.containerservice/managedclusters';

interface OnResource {
  readonly method: string;
  readonly resourceId: string;
}

/** Operations that take alike long: `microsoft.containerservice/managedclusters PUT`. */
export function kindOf({ method, resourceId }: OnResource): string {
  return `${parseResourceId(resourceId).type.toLowerCase()} ${method}`;
}

/** How long something that a write needs stays away: a new identity is unknown to other services for some seconds. */
export function refusal(code: string): string {
  return `refused with ${code}`;
}

/** Whether one LIST of the subscription shows how it goes, among all others of its kind. */
export function isListed({ resourceId }: OnResource): boolean {
  return parseResourceId(resourceId).type.toLowerCase() === CLUSTERS;
}

/** The path of that LIST, for the buckets. */
export function listPath(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/managedClusters`;
}
