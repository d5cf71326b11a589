import { roles } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, ArmStep, Program } from '@podspan/engine';
import { frontendId, securityPolicyId } from '../domain/agc-names.js';
import { limits } from '../domain/limits.js';
import {
  identitySteps,
  idsOf,
  nodeGroup,
  placeSteps,
  put,
  roleStep,
  subnetRole,
  task,
  wafRole,
  type AgcContext,
  type AgcCreateTasks,
} from './agc-steps.js';
import type { AgcInput } from './agc-input.js';
import { agcCreations } from './program-names.js';

/** AGC-41: Podspan makes it all. AGC-04, with the identity first: its roles come last, when it has spread (AGC-30: about a minute). */
export function agcCreate(tasks: AgcCreateTasks): Program<AgcInput> {
  return {
    name: agcCreations.BYO,
    version: 2,
    steps: [
      ...placeSteps(tasks),
      ...identitySteps,
      { kind: 'arm', name: 'traffic-controller', title: 'Application Gateway for Containers', effect: trafficController },
      { kind: 'arm', name: 'association', title: 'association', effect: association },
      ...frontendSteps(),
      { kind: 'arm', name: 'security-policy', title: 'security policy', effect: securityPolicy },
      roleStep({ name: 'role-node-group', title: 'role on the node resource group', role: roles.reader, scopeOf: nodeGroup }),
      roleStep({
        name: 'role-agc-group',
        title: 'role on the AGC',
        role: roles.agcConfigurationManager,
        scopeOf: ({ input }) => idsOf(input).resourceGroup,
      }),
      subnetRole(),
      wafRole(),
      task('verify', 'verification', (input) => tasks.verify(input)),
    ],
  };
}

/** As it was before WAF policies: runs of an earlier release end by it. */
export function agcCreateBeforeWaf(tasks: AgcCreateTasks): Program<AgcInput> {
  const { name, steps } = agcCreate(tasks);
  return { name, version: 1, steps: steps.filter((step) => step.name !== 'security-policy' && step.name !== 'role-waf') };
}

export function frontendStepName(index: number): string {
  return `frontend-${index + 1}`;
}

function trafficController({ input }: AgcContext): ArmEffect {
  return put(idsOf(input).trafficController, apiVersions.serviceNetworking, { location: input.region });
}

function association({ input }: AgcContext): ArmEffect {
  const properties = { associationType: 'subnets', subnet: { id: input.subnet.id } };
  return put(idsOf(input).association, apiVersions.serviceNetworking, { location: input.region, properties });
}

/** A program's list is fixed, so there is a step for each frontend an AGC can have; the spare ones are skipped. */
function frontendSteps(): readonly ArmStep<AgcInput>[] {
  return Array.from({ length: limits.frontendsPerGateway.most }, (_, index) => ({
    kind: 'arm',
    name: frontendStepName(index),
    title: 'frontend',
    effect: ({ input }) => {
      const frontend = input.frontends[index];
      if (frontend === undefined) return undefined;
      const id = frontendId(idsOf(input).trafficController, frontend);
      return put(id, apiVersions.serviceNetworking, { location: input.region, properties: {} });
    },
  }));
}

/** AGC-01, AGC-03: it says which WAF policy the controller may apply; the manifests say to which routes. */
function securityPolicy({ input }: AgcContext): ArmEffect | undefined {
  const { wafPolicyId: id, region: location } = input;
  if (id === undefined || id === null) return undefined;
  const resourceId = securityPolicyId(idsOf(input).trafficController);
  return put(resourceId, apiVersions.serviceNetworking, { location, properties: { wafPolicy: { id } } });
}
