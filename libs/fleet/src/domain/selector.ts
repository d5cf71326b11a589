import type { Selector } from './rollout-request.js';

/** What waves look at in a cluster. */
export interface WaveMember {
  readonly name: string;
  readonly region: string;
  readonly subscriptionId: string;
  readonly network: string;
  readonly mesh?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Names compare without case, as Azure compares them. */
export function matches(selector: Selector, cluster: WaveMember): boolean {
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
