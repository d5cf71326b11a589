import { roleAssignmentId, roles, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmStep, Program, StepContext, TaskOutcome } from '@podspan/engine';
import { vnetOf } from '../domain/agc-names.js';
import type { AgcRemoval } from './agc-input.js';
import { idsOf } from './agc-create.js';

type Context = StepContext<AgcRemoval>;

export interface AgcDeleteTasks {
  /** Reads who holds the roles: `{principalId?, nodeResourceGroup?}`. What is gone already is absent. */
  readController(input: AgcRemoval): Promise<TaskOutcome>;
  /** Gives the block back to ipam. Runs after Azure has deleted the subnet, never before. */
  giveBack(input: AgcRemoval): Promise<TaskOutcome>;
}

/** The creation backwards. The resource group stays: somebody may keep things of their own in it. */
export function agcDelete(tasks: AgcDeleteTasks): Program<AgcRemoval> {
  const { roleAssignments, serviceNetworking, managedIdentity, network } = apiVersions;
  return {
    name: 'agc.delete',
    version: 1,
    steps: [
      { kind: 'task', name: 'controller', title: 'ALB identity', run: ({ input }) => tasks.readController(input) },
      removal('role-subnet', 'role on the subnet', roleAssignments, (context) =>
        roleOn(context, context.input.subnet.id, roles.networkContributor),
      ),
      removal(
        'role-agc-group',
        'role on the AGC',
        roleAssignments,
        ofLast((context) => roleOn(context, idsOf(context.input).resourceGroup, roles.agcConfigurationManager)),
      ),
      removal(
        'role-node-group',
        'role on the node resource group',
        roleAssignments,
        ofLast((context) => roleOn(context, nodeGroup(context), roles.reader)),
      ),
      ...[5, 4, 3, 2, 1].map((index) => ownRemoval(`frontend-${index}`, 'frontend', serviceNetworking)),
      ownRemoval('association', 'association', serviceNetworking),
      ownRemoval('traffic-controller', 'Application Gateway for Containers', serviceNetworking),
      {
        ...removal(
          'federated-credential',
          'federated credential',
          managedIdentity,
          ofLast(({ input }) => idsOf(input).federatedCredential),
        ),
        lockKey: identityLock,
      },
      {
        ...removal(
          'identity',
          'ALB identity',
          managedIdentity,
          ofLast(({ input }) => idsOf(input).identity),
        ),
        lockKey: identityLock,
      },
      { ...ownRemoval('subnet', 'AGC subnet', network), lockKey: ({ input }) => vnetOf(input.subnet.id) },
      { kind: 'task', name: 'give-back', title: 'address block', run: ({ input }) => tasks.giveBack(input) },
    ],
  };
}

type Choice = (context: Context) => string | undefined;

function removal(name: string, title: string, apiVersion: string, pick: Choice): ArmStep<AgcRemoval> {
  return {
    kind: 'arm',
    name,
    title,
    effect: (context) => {
      const resourceId = pick(context);
      return resourceId === undefined ? undefined : { method: 'DELETE', resourceId, apiVersion };
    },
  };
}

function ownRemoval(name: string, title: string, apiVersion: string): ArmStep<AgcRemoval> {
  return removal(name, title, apiVersion, ({ input }) => input.resources[name]);
}

function ofLast(pick: Choice): Choice {
  return (context) => (context.input.last ? pick(context) : undefined);
}

function roleOn({ outputs }: Context, scope: string | undefined, role: string): string | undefined {
  const principalId = textAt(outputs['controller'], 'principalId');
  return principalId === undefined || scope === undefined ? undefined : roleAssignmentId(scope, principalId, role);
}

/** The assignment goes with its scope, so a cluster that is gone leaves nothing to remove. */
function nodeGroup({ input, outputs }: Context): string | undefined {
  const name = textAt(outputs['controller'], 'nodeResourceGroup');
  return name === undefined ? undefined : `/subscriptions/${input.subscriptionId}/resourceGroups/${name}`;
}

function identityLock({ input }: Context): string {
  return idsOf(input).identity.toLowerCase();
}
