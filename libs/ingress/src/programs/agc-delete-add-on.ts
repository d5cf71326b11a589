import { roles, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, Program } from '@podspan/engine';
import { lacksOurAddOn, withoutAddOn } from '../domain/alb-add-on.js';
import { controllerTask, giveBackTask } from './agc-delete.js';
import { releaseTask } from './agc-delete-managed.js';
import type { AgcRemoval } from './agc-input.js';
import {
  grantRemovals,
  roleRemoval,
  subnetOf,
  subnetRemoval,
  wafPolicyOf,
  type AgcDeleteTasks,
  type RemovalContext,
} from './agc-removals.js';
import { agcRemovals } from './program-names.js';

/** Only the last gateway switches the add-on off, and only if Podspan switched it on. */
export function agcDeleteAddOn(tasks: AgcDeleteTasks): Program<AgcRemoval> {
  return {
    name: agcRemovals.ADDON,
    version: 1,
    steps: [
      releaseTask(tasks),
      controllerTask(tasks),
      roleRemoval('role-waf', 'role on the WAF policy', wafPolicyOf, roles.networkContributor),
      ...grantRemovals,
      roleRemoval('role-subnet', 'role on the subnet', subnetOf, roles.networkContributor),
      { kind: 'arm', name: 'add-on', title: 'ALB Controller add-on', lockKey: ({ input }) => input.clusterId.toLowerCase(), effect: addOn },
      subnetRemoval,
      giveBackTask(tasks),
    ],
  };
}

/** With a cluster that is gone the add-on is too. */
function addOn({ input, outputs }: RemovalContext): ArmEffect | undefined {
  if (!input.last || textAt(outputs['controller'], 'nodeResourceGroup') === undefined) return undefined;
  return {
    method: 'PUT',
    resourceId: input.clusterId,
    apiVersion: apiVersions.containerServicePreview,
    keepsTags: true,
    change: withoutAddOn,
    compare: (existing) => (lacksOurAddOn(existing) ? 'equal' : 'update'),
  };
}
