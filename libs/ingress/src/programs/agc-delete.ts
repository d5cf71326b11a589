import { roles } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { Program, Step } from '@podspan/engine';
import type { AgcRemoval } from './agc-input.js';
import {
  grantRemovals,
  identityRemovals,
  nodeGroupLeft,
  ofLast,
  ofLastOfDeployment,
  ownRemoval,
  roleRemoval,
  subnetOf,
  subnetRemoval,
  wafPolicyOf,
  type AgcDeleteTasks,
} from './agc-removals.js';
import { idsOf } from './agc-steps.js';
import { agcRemovals } from './program-names.js';

/** The creation backwards. The resource group stays: somebody may keep things of their own in it. */
export function agcDelete(tasks: AgcDeleteTasks): Program<AgcRemoval> {
  const { serviceNetworking } = apiVersions;
  return {
    name: agcRemovals.BYO,
    version: 2,
    steps: [
      controllerTask(tasks),
      roleRemoval('role-waf', 'role on the WAF policy', wafPolicyOf, roles.networkContributor),
      ...grantRemovals,
      roleRemoval('role-subnet', 'role on the subnet', subnetOf, roles.networkContributor),
      roleRemoval(
        'role-agc-group',
        'role on the AGC',
        ofLastOfDeployment(({ input }) => idsOf(input).resourceGroup),
        roles.agcConfigurationManager,
      ),
      roleRemoval('role-node-group', 'role on the node resource group', ofLast(nodeGroupLeft), roles.reader),
      ...[5, 4, 3, 2, 1].map((index) => ownRemoval(`frontend-${index}`, 'frontend', serviceNetworking)),
      ownRemoval('security-policy', 'security policy', serviceNetworking),
      ownRemoval('association', 'association', serviceNetworking),
      ownRemoval('traffic-controller', 'Application Gateway for Containers', serviceNetworking),
      ...identityRemovals,
      subnetRemoval,
      giveBackTask(tasks),
    ],
  };
}

/** As it was before WAF policies: runs of an earlier release end by it. */
export function agcDeleteBeforeWaf(tasks: AgcDeleteTasks): Program<AgcRemoval> {
  const { name, steps } = agcDelete(tasks);
  return { name, version: 1, steps: steps.filter((step) => step.name !== 'security-policy' && !/waf/.test(step.name)) };
}

export function controllerTask(tasks: AgcDeleteTasks): Step<AgcRemoval> {
  return { kind: 'task', name: 'controller', title: 'ALB identity', run: ({ input }) => tasks.readController(input) };
}

export function giveBackTask(tasks: AgcDeleteTasks): Step<AgcRemoval> {
  return { kind: 'task', name: 'give-back', title: 'address block', run: ({ input }) => tasks.giveBack(input) };
}
