import { isWire, readSubnet } from '@podspan/aks';
import { type Arm, ArmFailure } from '@podspan/azure';
import { Transient } from '@podspan/errors';
import { currentApiVersions } from '../start/current-api-versions.js';
import { subnetOfGateway } from '../domain/assess/surroundings.js';
import type { AgicRange } from '../domain/change/change-input.js';
import type { Ipam, OnBehalf } from '../ports/ipam.js';
import { networkNameOf, type ResolvedTarget } from '../request/resolve-targets.js';

/** Where AGIC's gateway lies, by cluster, and who holds that range: frozen with the plan, so that what is given back later is what was meant. */
export async function agicRanges(
  services: { readonly arm: Arm; readonly ipam: Ipam },
  targets: readonly ResolvedTarget[],
  caller: OnBehalf,
): Promise<ReadonlyMap<string, AgicRange>> {
  const ranges = new Map<string, AgicRange>();
  for (const target of targets) {
    const subnetId = target.azure && (target.azure.agicSubnetId ?? (await subnetOf(services.arm, target.azure.agic.gatewayId)));
    if (subnetId === undefined) continue;
    const raw = await read(services.arm, subnetId, currentApiVersions.subnet);
    const cidr = raw === undefined ? undefined : readSubnet(raw).prefixes[0];
    const allocation = cidr === undefined ? undefined : await services.ipam.holderOf(cidr, networkNameOf(target), caller);
    ranges.set(target.name, { subnetId, cidr: cidr ?? null, allocation: allocation ?? null });
  }
  return ranges;
}

async function subnetOf(arm: Arm, gatewayId: string | undefined): Promise<string | undefined> {
  if (gatewayId === undefined) return undefined;
  const raw = await read(arm, gatewayId, currentApiVersions.subnet);
  return isWire(raw) ? subnetOfGateway(raw) : undefined;
}

async function read(arm: Arm, id: string, apiVersion: string): Promise<unknown> {
  try {
    return (await arm.get(id, apiVersion))?.raw;
  } catch (error) {
    if (!(error instanceof ArmFailure)) throw error;
    throw new Transient('dependency_unavailable', `Azure does not say where AGIC's gateway is: ${error.facts.code}`, 30, { cause: error });
  }
}
