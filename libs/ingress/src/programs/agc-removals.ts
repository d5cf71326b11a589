import { roleAssignmentId, roles, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmStep, StepContext, TaskOutcome } from '@podspan/engine';
import { vnetOf } from '../domain/agc-names.js';
import { limits } from '../domain/limits.js';
import type { AgcRemoval } from './agc-input.js';
import { idsOf } from './agc-steps.js';

export type RemovalContext = StepContext<AgcRemoval>;
/** Which resource goes; `undefined` skips the step. */
export type Choice = (context: RemovalContext) => string | undefined;

/** The pieces of a removal that are not one ARM write. Each may run twice. */
export interface AgcDeleteTasks {
  /** Reads who holds the roles: `{principalId?, nodeResourceGroup?}`. What is gone already is absent. */
  readController(input: AgcRemoval): Promise<TaskOutcome>;
  /** Waits until the controller has let go of the subnet, which it does once the cluster has no ApplicationLoadBalancer left. */
  awaitRelease(input: AgcRemoval): Promise<TaskOutcome>;
  /** Gives the block back to ipam. Runs after Azure has deleted the subnet, never before. */
  giveBack(input: AgcRemoval): Promise<TaskOutcome>;
}

export function removal(name: string, title: string, apiVersion: string, pick: Choice): ArmStep<AgcRemoval> {
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

export function roleRemoval(name: string, title: string, scopeOf: Choice, role: string): ArmStep<AgcRemoval> {
  return removal(name, title, apiVersions.roleAssignments, (context) => {
    const scope = scopeOf(context);
    const principalId = textAt(context.outputs['controller'], 'principalId') ?? context.input.principalId ?? undefined;
    return principalId === undefined || scope === undefined ? undefined : roleAssignmentId(scope, principalId, role);
  });
}

export function ownRemoval(name: string, title: string, apiVersion: string): ArmStep<AgcRemoval> {
  return removal(name, title, apiVersion, ({ input }) => input.resources[name]);
}

/** A program's list is fixed, so there is a step for each policy that routes can name; the spare ones are skipped. */
export const grantRemovals: readonly ArmStep<AgcRemoval>[] = Array.from({ length: limits.wafPolicies.most }, (_, index) =>
  roleRemoval(
    `role-route-waf-${index + 1}`,
    "role on a route's WAF policy",
    ({ input }) => input.wafGrants?.[index],
    roles.networkContributor,
  ),
);

export const subnetRemoval: ArmStep<AgcRemoval> = {
  ...ownRemoval('subnet', 'AGC subnet', apiVersions.network),
  lockKey: ({ input }) => vnetOf(input.subnet.id),
};

/** The controller's identity and what lets it sign in go with the last gateway. */
export const identityRemovals: readonly ArmStep<AgcRemoval>[] = [
  {
    ...removal(
      'federated-credential',
      'federated credential',
      apiVersions.managedIdentity,
      ofLast(({ input }) => idsOf(input).federatedCredential),
    ),
    lockKey: identityLock,
  },
  {
    ...removal(
      'identity',
      'ALB identity',
      apiVersions.managedIdentity,
      ofLast(({ input }) => idsOf(input).identity),
    ),
    lockKey: identityLock,
  },
];

export function ofLast(pick: Choice): Choice {
  return (context) => (context.input.last ? pick(context) : undefined);
}

/** What was frozen before there was a second deployment knows of the last gateway only. */
export function ofLastOfDeployment(pick: Choice): Choice {
  return (context) => ((context.input.lastOfDeployment ?? context.input.last) ? pick(context) : undefined);
}

export function subnetOf({ input }: RemovalContext): string {
  return input.subnet.id;
}

export function wafPolicyOf({ input }: RemovalContext): string | undefined {
  return input.wafPolicyId ?? undefined;
}

/** The assignment goes with its scope, so a cluster that is gone leaves nothing to remove. */
export function nodeGroupLeft({ input, outputs }: RemovalContext): string | undefined {
  const name = textAt(outputs['controller'], 'nodeResourceGroup');
  return name === undefined ? undefined : `/subscriptions/${input.subscriptionId}/resourceGroups/${name}`;
}

function identityLock({ input }: RemovalContext): string {
  return idsOf(input).identity.toLowerCase();
}
