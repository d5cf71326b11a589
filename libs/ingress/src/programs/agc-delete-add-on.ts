import { textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, Program } from '@podspan/engine';
import { lacksOurAddOn, withoutAddOn } from '../domain/alb-add-on.js';
import { removalAfterController } from './agc-delete-managed.js';
import type { AgcRemoval } from './agc-input.js';
import type { AgcDeleteTasks, RemovalContext } from './agc-removals.js';
import { agcRemovals } from './program-names.js';

/** Only the last gateway switches the add-on off, and only if Podspan switched it on. */
export function agcDeleteAddOn(tasks: AgcDeleteTasks): Program<AgcRemoval> {
  return {
    name: agcRemovals.ADDON,
    version: 1,
    steps: removalAfterController(tasks, [
      { kind: 'arm', name: 'add-on', title: 'ALB Controller add-on', lockKey: ({ input }) => input.clusterId.toLowerCase(), effect: addOn },
    ]),
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
