import { Cidr } from '@podspan/cidr';
import type { AzureAccess } from '../discovery/azure-access.js';
import type { TargetPolicy } from '../domain/webhook-target.js';

/** What the service may do by itself, beside answering. */
export interface IpamOptions {
  /** Where webhooks may go. By default anywhere over https but this machine and metadata services. */
  readonly webhooks?: TargetPolicy;
  /** How often thresholds are measured and webhooks sent, in milliseconds; never when left out, as in tests. */
  readonly backgroundMs?: number;
  readonly onError?: (error: unknown) => void;
  /** Azure, for discovery; without it there is none. */
  readonly azure?: AzureAccess;
}

export const IPAM_OPTIONS = Symbol('ipam options');

export const strictTargets: TargetPolicy = { allowLoopback: false, allowed: [] };

/** @param text CIDRs with commas between. @throws InvalidCidr */
export function rangesOf(text: string): readonly Cidr[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Cidr.parse(part));
}
