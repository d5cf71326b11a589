import { roleAssignmentId, roles } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, ArmStep, Program, Step, StepContext, TaskOutcome } from '@podspan/engine';
import { drives, withoutAgicAddOn } from '../domain/agic/agic-add-on.js';
import { limits } from '../domain/limits.js';
import { vnetOf } from '../domain/agc-names.js';
import { idsIn } from './agic-create.js';
import { agicRemovals, type AgicRemoval } from './agic-input.js';

type Context = StepContext<AgicRemoval>;

export interface AgicDeleteTasks {
  /** Whether the cluster is still there: `{present}`. */
  findCluster(input: AgicRemoval): Promise<TaskOutcome>;
  /** Gives the block back to ipam. Runs after Azure has deleted the subnet, never before. */
  giveBack(input: AgicRemoval): Promise<TaskOutcome>;
}

/** The creation backwards. The resource group stays: somebody may keep things of their own in it. */
export function agicDelete(tasks: AgicDeleteTasks): Program<AgicRemoval> {
  const { managedIdentity } = apiVersions;
  const identityLock = ({ input }: Context): string => idsIn(input).identity.toLowerCase();
  return {
    name: agicRemovals.BYO,
    version: 1,
    steps: [
      ...roleRemovals,
      ...gatewayRemovals,
      { ...own('federated-credential', 'federated credential', managedIdentity), lockKey: identityLock },
      { ...own('identity', 'AGIC identity', managedIdentity), lockKey: identityLock },
      ...subnetRemovals(tasks),
    ],
  };
}

/** The add-on first: until then AGIC would write the gateway again. */
export function agicDeleteAddOn(tasks: AgicDeleteTasks): Program<AgicRemoval> {
  return {
    name: agicRemovals.ADDON,
    version: 1,
    steps: [
      { kind: 'task', name: 'cluster', title: 'cluster', run: ({ input }) => tasks.findCluster(input) },
      { kind: 'arm', name: 'add-on', title: 'AGIC add-on', effect: addOn },
      ...roleRemovals,
      ...gatewayRemovals,
      ...subnetRemovals(tasks),
    ],
  };
}

/** With a cluster that is gone the add-on is too, and one that drives another gateway by now is somebody else's. */
function addOn({ input, outputs }: Context): ArmEffect | undefined {
  if ((outputs['cluster'] as { readonly present?: boolean } | undefined)?.present !== true) return undefined;
  const { applicationGateway } = idsIn(input);
  return {
    method: 'PUT',
    resourceId: input.clusterId,
    apiVersion: apiVersions.containerService,
    keepsTags: true,
    change: withoutAgicAddOn,
    compare: (existing) => (drives(existing, applicationGateway) ? 'update' : 'equal'),
  };
}

const roleRemovals: readonly ArmStep<AgicRemoval>[] = [
  ...Array.from({ length: limits.wafPolicies.most }, (_, index) =>
    role(`role-route-waf-${index + 1}`, 'role on the WAF policy of a route', roles.networkContributor, ({ wafGrants }) => wafGrants[index]),
  ),
  role('role-waf', 'role on the WAF policy', roles.networkContributor, (input) => input.wafPolicyId ?? undefined),
  role('role-subnet', 'role on the subnet', roles.networkContributor, (input) => input.subnet.id),
  role('role-gateway', 'role on the Application Gateway', roles.contributor, (input) => idsIn(input).applicationGateway),
  role('role-group', 'role on the resource group', roles.reader, (input) => idsIn(input).resourceGroup),
];

const gatewayRemovals: readonly ArmStep<AgicRemoval>[] = [
  own('application-gateway', 'Application Gateway', apiVersions.network),
  own('public-address', 'public address', apiVersions.network),
];

function subnetRemovals(tasks: AgicDeleteTasks): readonly Step<AgicRemoval>[] {
  return [
    { ...own('subnet', 'gateway subnet', apiVersions.network), lockKey: ({ input }) => vnetOf(input.subnet.id) },
    { kind: 'task', name: 'give-back', title: 'address block', run: ({ input }) => tasks.giveBack(input) },
  ];
}

function role(name: string, title: string, definition: string, scopeOf: (input: AgicRemoval) => string | undefined): ArmStep<AgicRemoval> {
  return removal(name, title, apiVersions.roleAssignments, (input) => {
    const scope = scopeOf(input);
    return input.principalId === null || scope === undefined ? undefined : roleAssignmentId(scope, input.principalId, definition);
  });
}

function own(name: string, title: string, apiVersion: string): ArmStep<AgicRemoval> {
  return removal(name, title, apiVersion, ({ resources }) => resources[name]);
}

function removal(name: string, title: string, apiVersion: string, pick: (input: AgicRemoval) => string | undefined): ArmStep<AgicRemoval> {
  return {
    kind: 'arm',
    name,
    title,
    effect: ({ input }) => {
      const resourceId = pick(input);
      return resourceId === undefined ? undefined : { method: 'DELETE', resourceId, apiVersion };
    },
  };
}
