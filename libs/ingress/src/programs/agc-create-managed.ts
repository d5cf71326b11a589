import { roles } from '@podspan/aks';
import type { Program } from '@podspan/engine';
import { identitySteps, nodeGroup, placeSteps, roleStep, subnetRole, wafRole, type AgcCreateTasks } from './agc-steps.js';
import type { AgcInput } from './agc-input.js';
import { agcCreations } from './program-names.js';

/**
 * AGC-40: the subnet, and an identity that may make the rest. The ALB Controller makes trafficController, association and
 * frontends itself, in the node resource group, from the ApplicationLoadBalancer and the Gateways of the manifests.
 */
export function agcCreateManaged(tasks: AgcCreateTasks): Program<AgcInput> {
  return {
    name: agcCreations.MANAGED,
    version: 1,
    steps: [
      ...placeSteps(tasks),
      ...identitySteps,
      roleStep({ name: 'role-node-group', title: 'role on the node resource group', role: roles.reader, scopeOf: nodeGroup }),
      roleStep({ name: 'role-agc-group', title: 'role to make the AGC', role: roles.agcConfigurationManager, scopeOf: nodeGroup }),
      subnetRole(),
      wafRole(),
    ],
  };
}
