import type { CoreQuotas, VmSize } from './arm.js';
import { isFields } from './domain/resource.js';

/** Of `Microsoft.Compute/locations/usages` and `Microsoft.Compute/skus`, as they come on the wire. */
export function coreQuotasOf(usages: readonly unknown[], skus: readonly unknown[]): CoreQuotas {
  return {
    families: new Map(usages.flatMap((usage) => quotaOf(usage) ?? [])),
    sizes: new Map(skus.flatMap((sku) => sizeOf(sku) ?? [])),
  };
}

function quotaOf(usage: unknown): [[string, { used: number; limit: number }]] | undefined {
  if (!isFields(usage) || !isFields(usage['name'])) return undefined;
  const { currentValue: used, limit, name } = usage;
  if (typeof used !== 'number' || typeof limit !== 'number') return undefined;
  return [[String((name as Record<string, unknown>)['value']).toLowerCase(), { used, limit }]];
}

function sizeOf(sku: unknown): [[string, VmSize]] | undefined {
  if (!isFields(sku) || sku['resourceType'] !== 'virtualMachines' || !Array.isArray(sku['capabilities'])) return undefined;
  const cores = sku['capabilities'].filter(isFields).find(({ name }) => name === 'vCPUs')?.['value'];
  const [name, family] = [sku['name'], sku['family']];
  if (typeof name !== 'string' || typeof family !== 'string' || !Number.isInteger(Number(cores))) return undefined;
  return [[name.toLowerCase(), { family: family.toLowerCase(), cores: Number(cores) }]];
}
