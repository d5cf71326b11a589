import type { ResourceId } from '../domain/resource-id.js';
import { byId, collections, type ReadCollection } from './by-id.js';
import { containerService, type ContainerService } from './container-service.js';
import { managedIdentities } from './managed-identities.js';
import { network, type Network } from './network.js';
import type { Bind, Connection, ResourceOperations } from './operations.js';
import { resourceGroups } from './resource-groups.js';
import { roleAssignments } from './role-assignments.js';

export interface Catalog {
  operations(id: ResourceId): Promise<ResourceOperations>;
  readonly containerService: () => Promise<ContainerService>;
  readonly network: () => Promise<Network>;
  readonly collections: () => Promise<ReadCollection>;
}

/** Which client writes which type. Each package is loaded when it is first needed: they cost 0.2 to 0.5 s apiece. */
export function catalog(connection: Connection): Catalog {
  const aks = once(() => containerService(connection));
  const net = once(() => network(connection));
  const msi = once(() => managedIdentities(connection));
  const any = once(() => byId(connection));
  const binds: Readonly<Record<string, () => Promise<Bind>>> = {
    'microsoft.containerservice/managedclusters': async () => (await aks()).cluster,
    'microsoft.containerservice/managedclusters/agentpools': async () => (await aks()).agentPool,
    'microsoft.network/virtualnetworks': async () => (await net()).virtualNetwork,
    'microsoft.network/virtualnetworks/subnets': async () => (await net()).subnet,
    'microsoft.network/virtualnetworks/virtualnetworkpeerings': async () => (await net()).peering,
    'microsoft.resources/resourcegroups': once(() => resourceGroups(connection)),
    'microsoft.managedidentity/userassignedidentities': async () => (await msi()).identity,
    'microsoft.managedidentity/userassignedidentities/federatedidentitycredentials': async () => (await msi()).federatedCredential,
    'microsoft.authorization/roleassignments': once(() => roleAssignments(connection)),
  };
  return {
    operations: async (id) => (await (binds[id.type.toLowerCase()] ?? any)())(id),
    containerService: aks,
    network: net,
    collections: once(() => collections(connection)),
  };
}

/** A failed load is not kept: the next call tries again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
