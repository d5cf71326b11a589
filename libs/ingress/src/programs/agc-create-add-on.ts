import { apiVersions } from '@podspan/azure';
import type { ArmEffect, Program } from '@podspan/engine';
import { hasAddOn, withAddOn } from '../domain/alb-add-on.js';
import { placeSteps, subnetRole, task, wafRole, type AgcContext, type AgcCreateTasks, type WantedRole } from './agc-steps.js';
import type { AgcInput } from './agc-input.js';
import { agcCreations } from './program-names.js';

const addOnPrincipal: WantedRole['principal'] = ['identity', 'principalId'];

/**
 * AGC-42: AKS runs the controller, makes its identity and gives it the node resource group. What remains is a subnet: AKS makes
 * one in a VNet of its own only, and our clusters have theirs.
 */
export function agcCreateAddOn(tasks: AgcCreateTasks): Program<AgcInput> {
  return {
    name: agcCreations.ADDON,
    version: 1,
    steps: [
      ...placeSteps(tasks),
      { kind: 'arm', name: 'add-on', title: 'ALB Controller add-on', lockKey: ({ input }) => input.clusterId.toLowerCase(), effect: addOn },
      task('identity', 'identity of the add-on', (input) => tasks.awaitAddOn(input)),
      subnetRole(addOnPrincipal),
      wafRole(addOnPrincipal),
    ],
  };
}

/** A write of the whole cluster, made of what was read a moment ago; the cluster stays its rollout's. */
function addOn({ input }: AgcContext): ArmEffect {
  return {
    method: 'PUT',
    resourceId: input.clusterId,
    apiVersion: apiVersions.containerServicePreview,
    keepsTags: true,
    change: withAddOn,
    compare: (existing) => (hasAddOn(existing) ? 'equal' : 'update'),
  };
}
