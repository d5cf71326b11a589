import type { ClusterSpec } from './cluster-spec.js';
import type { Selector } from './rollout-request.js';

/** Names compare without case, as Azure compares them. */
export function matches(selector: Selector, cluster: ClusterSpec): boolean {
  return (
    isOneOf(selector.names, cluster.name) &&
    isOneOf(selector.region, cluster.region) &&
    isOneOf(selector.subscriptionId, cluster.subscriptionId) &&
    isOneOf(selector.network, cluster.network) &&
    isOneOf(selector.mesh, cluster.mesh) &&
    Object.entries(selector.tags ?? {}).every(([key, value]) => cluster.tags?.[key] === value)
  );
}

function isOneOf(wanted: string | readonly string[] | undefined, value: string | undefined): boolean {
  if (wanted === undefined) return true;
  const list = typeof wanted === 'string' ? [wanted] : wanted;
  return value !== undefined && list.some((entry) => sameName(entry, value));
}

export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
