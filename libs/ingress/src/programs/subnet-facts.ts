import type { SubnetFacts } from '../domain/cluster-facts.js';
import { isObject, textAt } from './wire.js';

/** A subnet as ARM answers it. */
export function subnetFactsOf(id: string, raw: unknown): SubnetFacts {
  const properties = isObject(raw) && isObject(raw['properties']) ? raw['properties'] : {};
  const single = textAt(properties, 'addressPrefix');
  const several = listOf(properties['addressPrefixes']).filter((prefix): prefix is string => typeof prefix === 'string');
  return {
    id,
    prefixes: several.length > 0 ? several : single === undefined ? [] : [single],
    delegations: listOf(properties['delegations']).flatMap((delegation) => textAt(delegation, 'properties.serviceName') ?? []),
    occupied: listOf(properties['ipConfigurations']).length > 0 || listOf(properties['serviceAssociationLinks']).length > 0,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
