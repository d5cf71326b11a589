import { listAt, textAt } from './wire.js';

/** A subnet of one range, delegated to one service or to none. */
export function subnetBody(ranges: string | readonly string[], service?: string) {
  const [first = '', ...others] = typeof ranges === 'string' ? [ranges] : ranges;
  return {
    properties: {
      ...(others.length === 0 ? { addressPrefix: first } : { addressPrefixes: [first, ...others] }),
      ...(service === undefined ? {} : { delegations: [{ name: 'podspan', properties: { serviceName: service } }] }),
    },
  };
}

/** A subnet as ARM answers it. */
export interface ReadSubnet {
  readonly prefixes: readonly string[];
  /** Services it is delegated to. */
  readonly delegations: readonly string[];
  /** Whether anything is in it. */
  readonly occupied: boolean;
}

/** ARM gives one range as `addressPrefix`, as `addressPrefixes`, or as both. */
export function readSubnet(raw: unknown): ReadSubnet {
  const single = textAt(raw, 'properties.addressPrefix');
  const several = listAt(raw, 'properties.addressPrefixes').filter((prefix): prefix is string => typeof prefix === 'string');
  return {
    prefixes: several.length > 0 ? several : single === undefined ? [] : [single],
    delegations: listAt(raw, 'properties.delegations').flatMap((delegation) => textAt(delegation, 'properties.serviceName') ?? []),
    occupied: listAt(raw, 'properties.ipConfigurations').length > 0 || listAt(raw, 'properties.serviceAssociationLinks').length > 0,
  };
}
