import { AGC_DELEGATION, roleAssignmentBody, roleAssignmentId, roles, subnetBody, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, ArmStep, Json, Program, Step, StepContext, TaskOutcome } from '@podspan/engine';
import { agcIds, controllerSubject, frontendId } from '../domain/agc-names.js';
import { limits } from '../domain/limits.js';
import type { AgcInput } from './agc-input.js';
import { outputText } from './output-text.js';

type Context = StepContext<AgcInput>;

/** The pieces that are not one ARM write. Each may run twice. */
export interface AgcCreateTasks {
  /** Reads the cluster in Azure: `{nodeResourceGroup, oidcIssuerUrl}`. */
  readCluster(input: AgcInput): Promise<TaskOutcome>;
  /** Takes the /24 from the pool: `{cidr}`. Nothing to do when the subnet exists. */
  takeBlock(input: AgcInput): Promise<TaskOutcome>;
  /** Waits for every frontend's address: `{frontends: [{name, fqdn, resourceId}]}`. */
  verify(input: AgcInput): Promise<TaskOutcome>;
}

/** AGC-04, with the identity first: its roles come last, when it has spread (AGC-30: about a minute). */
export function agcCreate(tasks: AgcCreateTasks): Program<AgcInput> {
  return {
    name: 'agc.create',
    version: 1,
    steps: [
      task('cluster', 'cluster', (input) => tasks.readCluster(input)),
      task('block', 'address block', (input) => tasks.takeBlock(input)),
      { kind: 'arm', name: 'subnet', title: 'AGC subnet', lockKey: ({ input }) => input.subnet.vnetId.toLowerCase(), effect: subnet },
      { kind: 'arm', name: 'resource-group', title: 'resource group', effect: resourceGroup },
      { kind: 'arm', name: 'identity', title: 'ALB identity', effect: identity },
      {
        kind: 'arm',
        name: 'federated-credential',
        title: 'federated credential',
        lockKey: ({ input }) => idsOf(input).identity.toLowerCase(),
        effect: federatedCredential,
      },
      { kind: 'arm', name: 'traffic-controller', title: 'Application Gateway for Containers', effect: trafficController },
      { kind: 'arm', name: 'association', title: 'association', effect: association },
      ...frontendSteps(),
      roleStep('role-node-group', 'role on the node resource group', nodeGroup, roles.reader),
      roleStep('role-agc-group', 'role on the AGC', ({ input }) => idsOf(input).resourceGroup, roles.agcConfigurationManager),
      roleStep('role-subnet', 'role on the subnet', ({ input }) => input.subnet.id, roles.networkContributor),
      task('verify', 'verification', (input) => tasks.verify(input)),
    ],
  };
}

export function frontendStepName(index: number): string {
  return `frontend-${index + 1}`;
}

export function idsOf({
  subscriptionId,
  cluster,
  gateway,
}: Pick<AgcInput, 'subscriptionId' | 'cluster' | 'gateway'>): ReturnType<typeof agcIds> {
  return agcIds(subscriptionId, cluster, gateway);
}

function task(name: string, title: string, run: (input: AgcInput) => Promise<TaskOutcome>): Step<AgcInput> {
  return { kind: 'task', name, title, run: ({ input }) => run(input) };
}

/** Only where the block is ours; a subnet of the address plan or of the caller exists and is left as it is. */
function subnet({ input, outputs }: Context): ArmEffect | undefined {
  if (input.subnet.source !== 'POOL') return undefined;
  return put(input.subnet.id, apiVersions.network, subnetBody(outputText(outputs, 'block', 'cidr'), AGC_DELEGATION));
}

function resourceGroup({ input }: Context): ArmEffect {
  return put(idsOf(input).resourceGroup, apiVersions.resourceGroups, { location: input.region }, { shared: true });
}

function identity({ input }: Context): ArmEffect {
  return put(idsOf(input).identity, apiVersions.managedIdentity, { location: input.region }, { shared: true });
}

/** A cluster that was made anew has another issuer; the credential then follows it. */
function federatedCredential({ input, outputs }: Context): ArmEffect {
  const issuer = outputText(outputs, 'cluster', 'oidcIssuerUrl');
  const properties = { issuer, subject: controllerSubject, audiences: ['api://AzureADTokenExchange'] };
  const compare = (existing: Json): 'equal' | 'update' =>
    textAt(existing, 'properties.issuer') === issuer && textAt(existing, 'properties.subject') === controllerSubject ? 'equal' : 'update';
  return put(idsOf(input).federatedCredential, apiVersions.managedIdentity, { properties }, { compare });
}

function trafficController({ input }: Context): ArmEffect {
  return put(idsOf(input).trafficController, apiVersions.serviceNetworking, { location: input.region });
}

function association({ input }: Context): ArmEffect {
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

function nodeGroup({ input, outputs }: Context): string {
  return `/subscriptions/${input.subscriptionId}/resourceGroups/${outputText(outputs, 'cluster', 'nodeResourceGroup')}`;
}

function roleStep(name: string, title: string, scopeOf: (context: Context) => string, role: string): ArmStep<AgcInput> {
  return {
    kind: 'arm',
    name,
    title,
    effect: (context) => {
      const principalId = outputText(context.outputs, 'identity', 'properties.principalId');
      // The GUID is made of scope, principal and role: what exists under it can only be this assignment.
      const body = roleAssignmentBody(context.input.subscriptionId, principalId, role);
      return put(roleAssignmentId(scopeOf(context), principalId, role), apiVersions.roleAssignments, body, { compare: () => 'equal' });
    },
  };
}

function put(resourceId: string, apiVersion: string, body: Json, rest: Pick<ArmEffect, 'compare' | 'shared'> = {}): ArmEffect {
  return { method: 'PUT', resourceId, apiVersion, body, ...rest };
}
