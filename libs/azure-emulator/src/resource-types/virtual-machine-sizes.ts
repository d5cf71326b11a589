import type { JsonObject } from '../json.js';

export interface MachineSize {
  readonly name: string;
  readonly family: string;
  readonly cores: number;
}

/** Series and their families, each in the usual numbers of cores. */
const series: readonly (readonly [series: string, version: string, family: string])[] = [
  ['D#s', 'v5', 'standardDSv5Family'],
  ['D#ds', 'v5', 'standardDDSv5Family'],
  ['D#as', 'v5', 'standardDASv5Family'],
  ['E#s', 'v5', 'standardESv5Family'],
  ['F#s', 'v2', 'standardFSv2Family'],
  ['D#s', 'v3', 'standardDSv3Family'],
];

/** What the emulated regions offer. A size that is not among them is not listed, and its cores count for nothing. */
export const machineSizes: readonly MachineSize[] = series.flatMap(([name, version, family]) =>
  [2, 4, 8, 16, 32, 48, 64].map((cores) => ({ name: `Standard_${name.replace('#', String(cores))}_${version}`, family, cores })),
);

export function skuView({ name, family, cores }: MachineSize, location: string): JsonObject {
  return {
    resourceType: 'virtualMachines',
    name,
    tier: 'Standard',
    family,
    locations: [location],
    capabilities: [{ name: 'vCPUs', value: String(cores) }],
  };
}
