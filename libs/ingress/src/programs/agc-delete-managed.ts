import { roles } from '@podspan/aks';
import type { Program, Step } from '@podspan/engine';
import { controllerTask, giveBackTask } from './agc-delete.js';
import type { AgcRemoval } from './agc-input.js';
import {
  grantRemovals,
  identityRemovals,
  nodeGroupLeft,
  ofLast,
  ofLastOfDeployment,
  roleRemoval,
  subnetOf,
  subnetRemoval,
  wafPolicyOf,
  type AgcDeleteTasks,
} from './agc-removals.js';
import { agcRemovals } from './program-names.js';

export function agcDeleteManaged(tasks: AgcDeleteTasks): Program<AgcRemoval> {
  return {
    name: agcRemovals.MANAGED,
    version: 1,
    steps: removalAfterController(tasks, [
      roleRemoval('role-agc-group', 'role to make the AGC', ofLastOfDeployment(nodeGroupLeft), roles.agcConfigurationManager),
      roleRemoval('role-node-group', 'role on the node resource group', ofLast(nodeGroupLeft), roles.reader),
      ...identityRemovals,
    ]),
  };
}

/**
 * The controller deletes what it made, and needs its roles for that: they go after the subnet has become free. `controller` are the
 * steps that take it away, where nobody needs it any more.
 */
export function removalAfterController(tasks: AgcDeleteTasks, controller: readonly Step<AgcRemoval>[]): readonly Step<AgcRemoval>[] {
  return [
    { kind: 'task', name: 'load-balancer', title: 'ApplicationLoadBalancer', run: ({ input }) => tasks.awaitRelease(input) },
    controllerTask(tasks),
    roleRemoval('role-waf', 'role on the WAF policy', wafPolicyOf, roles.networkContributor),
    ...grantRemovals,
    roleRemoval('role-subnet', 'role on the subnet', subnetOf, roles.networkContributor),
    ...controller,
    subnetRemoval,
    giveBackTask(tasks),
  ];
}
