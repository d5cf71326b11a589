import type { DeleteInput } from '../domain/change/change-input.js';
import type { ForeseenResource } from '../domain/create/foresee.js';
import { groupBy } from '../domain/group-by.js';
import type { GatewayRemoval, IngressGateways } from '../ports/ingress.js';
import type { HeldBlock, Ipam, OnBehalf } from '../ports/ipam.js';

/** What goes with a cluster beside what its own program deletes. */
export interface AlongWith {
  readonly resources: readonly ForeseenResource[];
  readonly addressesGivenBack: readonly HeldBlock[];
}

/** Asks the services that hold something of a cluster what its deletion takes from them. */
export class ForeseeRemoval {
  constructor(
    private readonly ipam: Ipam,
    private readonly gateways: IngressGateways,
  ) {}

  /** By name of the cluster. @throws DomainError as a service answers */
  async execute(inputs: readonly DeleteInput[], caller: OnBehalf): Promise<ReadonlyMap<string, AlongWith>> {
    const names = inputs.map(({ cluster }) => cluster.name);
    const removals = groupBy(await this.gateways.foreseeRemoval(names, caller), ({ cluster }) => cluster);
    const held = await this.#held(inputs);
    return new Map(
      names.map((name) => {
        const ofGateways = removals.get(name) ?? [];
        const blocks = ofGateways.flatMap(({ addressesGivenBack }) => addressesGivenBack);
        return [
          name,
          {
            resources: ofGateways.flatMap(resourcesOf),
            addressesGivenBack: [...(held.get(name) ?? []), ...blocks.map((cidr) => ({ cidr, purpose: 'GATEWAY_SUBNET' }))],
          },
        ];
      }),
    );
  }

  /** One question for each plan, however many clusters it has. One that was made elsewhere holds nothing. */
  async #held(inputs: readonly DeleteInput[]): Promise<ReadonlyMap<string, readonly HeldBlock[]>> {
    const held = new Map<string, readonly HeldBlock[]>();
    const planned = inputs.filter(({ addressPlan }) => addressPlan !== '');
    for (const [plan, ofPlan] of groupBy(planned, ({ addressPlan }) => addressPlan)) {
      const blocks = await this.ipam.heldBy(
        plan,
        ofPlan.map(({ cluster }) => cluster.name),
      );
      for (const [cluster, ofCluster] of blocks) held.set(cluster, ofCluster);
    }
    return held;
  }
}

function resourcesOf({ gateway, resources }: GatewayRemoval): readonly ForeseenResource[] {
  return resources.map(({ title, resourceId, change }) => ({ step: 'gateway', title: `${title} of '${gateway}'`, resourceId, change }));
}
