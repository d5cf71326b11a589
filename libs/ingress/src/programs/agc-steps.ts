import { AGC_DELEGATION, roleAssignmentBody, roleAssignmentId, roles, subnetBody, textAt } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, ArmStep, Json, Step, StepContext, TaskOutcome } from '@podspan/engine';
import { agcIds, controllerSubject } from '../domain/agc-names.js';
import type { AgcInput } from './agc-input.js';
import { outputText } from './output-text.js';

export type AgcContext = StepContext<AgcInput>;

/** The pieces of a creation that are not one ARM write. Each may run twice. */
export interface AgcCreateTasks {
  /** Reads the cluster in Azure: `{nodeResourceGroup, oidcIssuerUrl}`. */
  readCluster(input: AgcInput): Promise<TaskOutcome>;
  /** Takes the /24 from the pool: `{cidr}`. Nothing to do when the subnet exists. */
  takeBlock(input: AgcInput): Promise<TaskOutcome>;
  /** Waits until AKS has made the add-on's identity: `{resourceId, clientId, principalId}`. */
  awaitAddOn(input: AgcInput): Promise<TaskOutcome>;
  /** Waits until the controller's identity is there, whoever makes it: `{principalId}`. */
  awaitController(input: AgcInput): Promise<TaskOutcome>;
  /** Waits for every frontend's address: `{frontends: [{name, fqdn, resourceId}]}`. */
  verify(input: AgcInput): Promise<TaskOutcome>;
}

export function idsOf({
  subscriptionId,
  cluster,
  gateway,
}: Pick<AgcInput, 'subscriptionId' | 'cluster' | 'gateway'>): ReturnType<typeof agcIds> {
  return agcIds(subscriptionId, cluster, gateway);
}

/** What every deployment begins with: the cluster as it is, the block, the delegated subnet. */
export function placeSteps(tasks: AgcCreateTasks): readonly Step<AgcInput>[] {
  return [
    task('cluster', 'cluster', (input) => tasks.readCluster(input)),
    task('block', 'address block', (input) => tasks.takeBlock(input)),
    { kind: 'arm', name: 'subnet', title: 'AGC subnet', lockKey: ({ input }) => input.subnet.vnetId.toLowerCase(), effect: subnet },
  ];
}

/** AGC-30, AGC-31: whom the controller of the Helm chart signs in as. One per cluster. */
export const identitySteps: readonly ArmStep<AgcInput>[] = [
  { kind: 'arm', name: 'resource-group', title: 'resource group', effect: resourceGroup },
  { kind: 'arm', name: 'identity', title: 'ALB identity', effect: identity },
  {
    kind: 'arm',
    name: 'federated-credential',
    title: 'federated credential',
    lockKey: ({ input }) => idsOf(input).identity.toLowerCase(),
    effect: federatedCredential,
  },
];

export function task(name: string, title: string, run: (input: AgcInput) => Promise<TaskOutcome>): Step<AgcInput> {
  return { kind: 'task', name, title, run: ({ input }) => run(input) };
}

export interface WantedRole {
  readonly name: string;
  readonly title: string;
  readonly role: string;
  /** `undefined` leaves the step out. */
  readonly scopeOf: (context: AgcContext) => string | undefined;
  /** Where the principal's id stands among the outputs: step and path. */
  readonly principal?: readonly [step: string, path: string];
}

export function roleStep({
  name,
  title,
  role,
  scopeOf,
  principal = ['identity', 'properties.principalId'],
}: WantedRole): ArmStep<AgcInput> {
  return {
    kind: 'arm',
    name,
    title,
    effect: (context) => {
      const scope = scopeOf(context);
      if (scope === undefined) return undefined;
      const principalId = outputText(context.outputs, ...principal);
      // The GUID is made of scope, principal and role: what exists under it can only be this assignment.
      const body = roleAssignmentBody(context.input.subscriptionId, principalId, role);
      return put(roleAssignmentId(scope, principalId, role), apiVersions.roleAssignments, body, { namedByContent: true });
    },
  };
}

export function subnetRole(principal?: WantedRole['principal']): ArmStep<AgcInput> {
  return roleStep({
    name: 'role-subnet',
    title: 'role on the subnet',
    role: roles.networkContributor,
    scopeOf: ({ input }) => input.subnet.id,
    ...(principal ? { principal } : {}),
  });
}

/** AGC-66: whoever attaches a WAF policy needs `applicationGatewayWebApplicationFirewallPolicies/join/action` on it. */
export function wafRole(principal?: WantedRole['principal']): ArmStep<AgcInput> {
  return roleStep({
    name: 'role-waf',
    title: 'role on the WAF policy',
    role: roles.networkContributor,
    scopeOf: ({ input }) => input.wafPolicyId ?? undefined,
    ...(principal ? { principal } : {}),
  });
}

export function nodeGroup({ input, outputs }: AgcContext): string {
  return `/subscriptions/${input.subscriptionId}/resourceGroups/${outputText(outputs, 'cluster', 'nodeResourceGroup')}`;
}

export function put(
  resourceId: string,
  apiVersion: string,
  body: Json,
  rest: Pick<ArmEffect, 'compare' | 'shared' | 'namedByContent'> = {},
): ArmEffect {
  return { method: 'PUT', resourceId, apiVersion, body, ...rest };
}

/** Only where the block is ours; a subnet of the address plan or of the caller exists and is left as it is. */
function subnet({ input, outputs }: AgcContext): ArmEffect | undefined {
  if (input.subnet.source !== 'POOL') return undefined;
  return put(input.subnet.id, apiVersions.network, subnetBody(outputText(outputs, 'block', 'cidr'), AGC_DELEGATION));
}

function resourceGroup({ input }: AgcContext): ArmEffect {
  return put(idsOf(input).resourceGroup, apiVersions.resourceGroups, { location: input.region }, { shared: true });
}

function identity({ input }: AgcContext): ArmEffect {
  return put(idsOf(input).identity, apiVersions.managedIdentity, { location: input.region }, { shared: true });
}

/** A cluster that was made anew has another issuer; the credential then follows it. */
function federatedCredential({ input, outputs }: AgcContext): ArmEffect {
  const issuer = outputText(outputs, 'cluster', 'oidcIssuerUrl');
  const properties = { issuer, subject: controllerSubject, audiences: ['api://AzureADTokenExchange'] };
  const compare = (existing: Json): 'equal' | 'update' =>
    textAt(existing, 'properties.issuer') === issuer && textAt(existing, 'properties.subject') === controllerSubject ? 'equal' : 'update';
  return put(idsOf(input).federatedCredential, apiVersions.managedIdentity, { properties }, { compare });
}
