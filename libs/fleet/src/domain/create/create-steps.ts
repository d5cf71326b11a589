import {
  AGC_DELEGATION,
  API_SERVER_DELEGATION,
  readSubnet,
  roleAssignmentBody,
  roleAssignmentId,
  roles,
  subnetBody,
  textAt,
} from '@podspan/aks';
import type { ArmEffect, ArmStep, Json, StepContext } from '@podspan/engine';
import type { CreateInput, NamedSubnet } from './create-input.js';
import { identityBody, managedClusterBody, resourceGroupBody, virtualNetworkBody } from './bodies.js';
import { clusterId, groupIdOf, identityId, resourceGroupId } from './names.js';

type Context = StepContext<CreateInput>;
type CreateStep = ArmStep<CreateInput>;

/**
 * The ARM writes of one cluster in order (section 11). A program's list is fixed, so the number of node subnets is part of it.
 * Every write to one VNet carries the VNet's id as lock: Azure refuses a second writer (arm notes 1.2).
 */
export function createArmSteps(nodeSubnets: number): readonly CreateStep[] {
  const indexes = Array.from({ length: nodeSubnets }, (_, index) => index);
  return [
    { kind: 'arm', name: 'network-group', title: 'resource group of the network', effect: networkGroup },
    { kind: 'arm', name: 'resource-group', title: 'resource group', effect: resourceGroup },
    { kind: 'arm', name: 'network', title: 'virtual network', lockKey: vnetLock, effect: virtualNetwork },
    ...indexes.map((index): CreateStep => subnetStep(`node-subnet-${index}`, 'node subnet', ({ nodeSubnets: all }) => all[index])),
    subnetStep('gateway-subnet', 'gateway subnet', ({ gatewaySubnet }) => gatewaySubnet, gatewayDelegation),
    subnetStep(
      'api-server-subnet',
      'API server subnet',
      ({ apiServerSubnet }) => apiServerSubnet,
      () => API_SERVER_DELEGATION,
    ),
    { kind: 'arm', name: 'identity', title: 'cluster identity', effect: identity },
    ...indexes.map((index): CreateStep =>
      roleStep(`role-node-subnet-${index}`, 'role on the node subnet', ({ nodeSubnets: all }) => all[index]),
    ),
    roleStep('role-api-server-subnet', 'role on the API server subnet', ({ apiServerSubnet }) => apiServerSubnet),
    { kind: 'arm', name: 'cluster', title: 'managed cluster', effect: managedCluster },
  ];
}

function vnetLock({ input }: Context): string {
  return input.vnet.id.toLowerCase();
}

function networkGroup({ input }: Context): ArmEffect | undefined {
  const id = groupIdOf(input.vnet.id);
  if (id === undefined || id.toLowerCase() === ownGroup(input).toLowerCase()) return undefined;
  return {
    method: 'PUT',
    resourceId: id,
    apiVersion: input.apiVersions.resourceGroup,
    body: resourceGroupBody(input.vnet.region),
    shared: true,
  };
}

function resourceGroup({ input }: Context): ArmEffect {
  return {
    method: 'PUT',
    resourceId: ownGroup(input),
    apiVersion: input.apiVersions.resourceGroup,
    body: resourceGroupBody(input.cluster.region),
    shared: true,
  };
}

function ownGroup({ cluster }: CreateInput): string {
  return resourceGroupId(cluster.subscriptionId, cluster.resourceGroup);
}

function virtualNetwork({ input }: Context): ArmEffect {
  return {
    method: 'PUT',
    resourceId: input.vnet.id,
    apiVersion: input.apiVersions.virtualNetwork,
    body: virtualNetworkBody(input),
    shared: true,
  };
}

/** AGC lives in a subnet delegated to it (AGC-20), an Application Gateway in one that is delegated to nobody else (AGIC-10). */
export function gatewayDelegation({ cluster }: Pick<CreateInput, 'cluster'>): string | undefined {
  return cluster.ingress?.kind === 'AGIC' ? undefined : AGC_DELEGATION;
}

function subnetStep(
  name: string,
  title: string,
  pick: (input: CreateInput) => (NamedSubnet & Ranged) | undefined,
  delegationOf: (input: CreateInput) => string | undefined = () => undefined,
): CreateStep {
  return {
    kind: 'arm',
    name,
    title,
    lockKey: vnetLock,
    effect: ({ input }) => {
      const subnet = pick(input);
      if (!subnet) return undefined;
      const { apiVersions } = input;
      const delegation = delegationOf(input);
      return {
        method: 'PUT',
        resourceId: subnet.subnetId,
        apiVersion: apiVersions.subnet,
        body: subnetBody(rangesOf(subnet), delegation),
        compare: (existing) => compareSubnet(subnet, delegation, existing),
      };
    },
  };
}

interface Ranged {
  readonly cidr: string;
  readonly cidrV6?: string | undefined;
}

function rangesOf({ cidr, cidrV6 }: Ranged): readonly string[] {
  return cidrV6 === undefined ? [cidr] : [cidr, cidrV6];
}

/** Subnets take no tags; ours is the one with our name, our range and our delegation. */
export function compareSubnet(subnet: Ranged, delegation: string | undefined, existing: Json): 'equal' | 'foreign' {
  const { prefixes, delegations: services } = readSubnet(existing);
  const wanted = delegation === undefined ? [] : [delegation.toLowerCase()];
  return prefixes.join() === rangesOf(subnet).join() && services.map((service) => service.toLowerCase()).join() === wanted.join()
    ? 'equal'
    : 'foreign';
}

function identity({ input }: Context): ArmEffect {
  const { cluster, apiVersions } = input;
  return {
    method: 'PUT',
    resourceId: identityId(cluster.subscriptionId, cluster.resourceGroup, cluster.name),
    apiVersion: apiVersions.identity,
    body: identityBody(input),
  };
}

function roleStep(name: string, title: string, pick: (input: CreateInput) => NamedSubnet | undefined): CreateStep {
  return {
    kind: 'arm',
    name,
    title,
    effect: ({ input, outputs }) => {
      const subnet = pick(input);
      if (!subnet) return undefined;
      const principalId = principalOf(outputs['identity']);
      const resourceId = roleAssignmentId(subnet.subnetId, principalId, roles.networkContributor);
      return {
        method: 'PUT',
        resourceId,
        apiVersion: input.apiVersions.roleAssignment,
        body: roleAssignmentBody(input.cluster.subscriptionId, principalId, roles.networkContributor),
        namedByContent: true,
      };
    },
  };
}

function principalOf(identityOutput: Json | undefined): string {
  const principalId = textAt(identityOutput, 'properties.principalId');
  if (principalId === undefined) throw new Error('the identity was read back without a principalId');
  return principalId;
}

/** Ours by tag is equal, anybody else's is foreign: the engine's own rule, and it creates with If-None-Match. */
function managedCluster({ input }: Context): ArmEffect {
  const { cluster, apiVersions } = input;
  return {
    method: 'PUT',
    resourceId: clusterId(cluster.subscriptionId, cluster.resourceGroup, cluster.name),
    apiVersion: apiVersions.managedCluster,
    body: managedClusterBody(input),
  };
}
