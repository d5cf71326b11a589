import { roleAssignmentBody, roleAssignmentId, roles, subnetBody, textAt, type Json } from '@podspan/aks';
import { apiVersions } from '@podspan/azure';
import type { ArmEffect, ArmStep, Program, Step, StepContext, TaskOutcome } from '@podspan/engine';
import { drives, withAgicAddOn } from '../domain/agic/agic-add-on.js';
import { agicIds, agicSubject, type AgicIds } from '../domain/agic/agic-names.js';
import { applicationGatewayBody, privateAddressIn } from '../domain/agic/application-gateway-body.js';
import { outputText } from '../programs/output-text.js';
import { agicCreations, grantAgicWafProgram, type AgicInput } from './agic-input.js';

type Context = StepContext<AgicInput>;

/** The pieces of a creation that are not one ARM write. Each may run twice. */
export interface AgicCreateTasks {
  /** Reads the cluster in Azure: `{oidcIssuerUrl?}`. Fails where its add-on drives another gateway. */
  readCluster(input: AgicInput): Promise<TaskOutcome>;
  /** Takes the block from the pool: `{cidr}`. Nothing to do when the subnet exists. */
  takeBlock(input: AgicInput): Promise<TaskOutcome>;
  /** Waits until AKS has made the add-on's identity: `{resourceId, clientId, principalId}`. */
  awaitAddOn(input: AgicInput): Promise<TaskOutcome>;
  /** Waits until there is somebody to give a role to, whoever makes the identity: `{principalId}`. */
  awaitIdentity(input: AgicInput): Promise<TaskOutcome>;
  /** Waits for the gateway and its addresses: `{frontends: [{name, ipAddress, resourceId}]}`. */
  verify(input: AgicInput): Promise<TaskOutcome>;
}

/** What a gateway and its AGIC own, by the step that makes it; the resource group may be shared. */
export const agicOwn = /^(subnet|public-address|application-gateway|identity|federated-credential)$/;

/** AGIC-02: the gateway, and whom the Helm release signs in as. */
export function agicCreate(tasks: AgicCreateTasks): Program<AgicInput> {
  return {
    name: agicCreations.BYO,
    version: 1,
    steps: [
      ...placeSteps(tasks),
      arm('identity', 'AGIC identity', ({ input }) => put(idsIn(input).identity, apiVersions.managedIdentity, { location: input.region })),
      {
        ...arm('federated-credential', 'federated credential', federatedCredential),
        lockKey: ({ input }) => idsIn(input).identity.toLowerCase(),
      },
      arm('application-gateway', 'Application Gateway', applicationGateway),
      ...roleSteps('properties.principalId'),
      task('verify', 'verification', (input) => tasks.verify(input)),
    ],
  };
}

/** AGIC-01: AKS runs AGIC on our gateway and makes its identity, which then needs the same roles. */
export function agicCreateAddOn(tasks: AgicCreateTasks): Program<AgicInput> {
  return {
    name: agicCreations.ADDON,
    version: 1,
    steps: [
      ...placeSteps(tasks),
      arm('application-gateway', 'Application Gateway', applicationGateway),
      arm('add-on', 'AGIC add-on', addOn),
      task('identity', 'identity of the add-on', (input) => tasks.awaitAddOn(input)),
      ...roleSteps('principalId'),
      task('verify', 'verification', (input) => tasks.verify(input)),
    ],
  };
}

/** AGIC-54: AGIC may attach the WAF policy `wafPolicyId` that one of its routes names. */
export function agicGrantWaf(tasks: AgicCreateTasks): Program<AgicInput> {
  return {
    name: grantAgicWafProgram,
    version: 1,
    steps: [task('identity', 'AGIC identity', (input) => tasks.awaitIdentity(input)), wafRole('principalId')],
  };
}

export function idsIn({ subscriptionId, cluster, gateway }: Pick<AgicInput, 'subscriptionId' | 'cluster' | 'gateway'>): AgicIds {
  return agicIds(subscriptionId, cluster, gateway);
}

function placeSteps(tasks: AgicCreateTasks): readonly Step<AgicInput>[] {
  return [
    task('cluster', 'cluster', (input) => tasks.readCluster(input)),
    task('block', 'address block', (input) => tasks.takeBlock(input)),
    { ...arm('subnet', 'gateway subnet', subnet), lockKey: ({ input }) => input.subnet.vnetId.toLowerCase() },
    arm('resource-group', 'resource group', ({ input }) =>
      put(idsIn(input).resourceGroup, apiVersions.resourceGroups, { location: input.region }, { shared: true }),
    ),
    arm('public-address', 'public address', publicAddress),
  ];
}

/** Roles last, when a new identity has spread. AGIC writes the gateway, which joins its subnet and its WAF policy. */
function roleSteps(principal: string): readonly ArmStep<AgicInput>[] {
  return [
    role('role-group', 'role on the resource group', roles.reader, principal, (input) => idsIn(input).resourceGroup),
    role('role-gateway', 'role on the Application Gateway', roles.contributor, principal, (input) => idsIn(input).applicationGateway),
    role('role-subnet', 'role on the subnet', roles.networkContributor, principal, (input) => input.subnet.id),
    wafRole(principal),
  ];
}

function wafRole(principal: string): ArmStep<AgicInput> {
  return role('role-waf', 'role on the WAF policy', roles.networkContributor, principal, (input) => input.wafPolicyId ?? undefined);
}

function role(
  name: string,
  title: string,
  definition: string,
  principal: string,
  scopeOf: (input: AgicInput) => string | undefined,
): ArmStep<AgicInput> {
  return arm(name, title, ({ input, outputs }) => {
    const scope = scopeOf(input);
    if (scope === undefined) return undefined;
    const principalId = outputText(outputs, 'identity', principal);
    // The GUID is made of scope, principal and role: what exists under it can only be this assignment.
    const body = roleAssignmentBody(input.subscriptionId, principalId, definition);
    return put(roleAssignmentId(scope, principalId, definition), apiVersions.roleAssignments, body, { namedByContent: true });
  });
}

/** Only where the block is ours; undelegated, as an Application Gateway takes it. */
function subnet({ input, outputs }: Context): ArmEffect | undefined {
  if (input.subnet.source !== 'POOL') return undefined;
  return put(input.subnet.id, apiVersions.network, subnetBody(outputText(outputs, 'block', 'cidr')));
}

function publicAddress({ input }: Context): ArmEffect {
  const properties = { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' };
  return put(idsIn(input).publicAddress, apiVersions.network, { location: input.region, sku: { name: 'Standard' }, properties });
}

/** A cluster that was made anew has another issuer; the credential then follows it. */
function federatedCredential({ input, outputs }: Context): ArmEffect {
  const issuer = outputText(outputs, 'cluster', 'oidcIssuerUrl');
  const subject = agicSubject(input.namespace);
  const compare = (existing: Json): 'equal' | 'update' =>
    textAt(existing, 'properties.issuer') === issuer && textAt(existing, 'properties.subject') === subject ? 'equal' : 'update';
  const properties = { issuer, subject, audiences: ['api://AzureADTokenExchange'] };
  return put(idsIn(input).federatedCredential, apiVersions.managedIdentity, { properties }, { compare });
}

function applicationGateway({ input, outputs }: Context): ArmEffect {
  const { applicationGateway: id, publicAddress: publicAddressId } = idsIn(input);
  const { region, sku, minInstances, maxInstances, wafPolicyId, privateFrontend } = input;
  const cidr = input.subnet.cidr ?? textAt(outputs['block'], 'cidr');
  const privateAddress = privateFrontend && cidr !== undefined ? privateAddressIn(cidr) : null;
  const body = applicationGatewayBody({
    id,
    region,
    sku,
    minInstances,
    maxInstances,
    subnetId: input.subnet.id,
    publicAddressId,
    privateAddress,
    wafPolicyId,
  });
  return put(id, apiVersions.network, body);
}

/** A write of the whole cluster, made of what was read a moment ago; the cluster stays its rollout's. */
function addOn({ input }: Context): ArmEffect {
  const { applicationGateway: id } = idsIn(input);
  return {
    method: 'PUT',
    resourceId: input.clusterId,
    apiVersion: apiVersions.containerService,
    keepsTags: true,
    change: (existing) => withAgicAddOn(existing, id),
    compare: (existing) => (drives(existing, id) ? 'equal' : 'update'),
  };
}

function arm(name: string, title: string, effect: (context: Context) => ArmEffect | undefined): ArmStep<AgicInput> {
  return { kind: 'arm', name, title, effect };
}

function task(name: string, title: string, run: (input: AgicInput) => Promise<TaskOutcome>): Step<AgicInput> {
  return { kind: 'task', name, title, run: ({ input }) => run(input) };
}

function put(
  resourceId: string,
  apiVersion: string,
  body: Json,
  rest: Pick<ArmEffect, 'compare' | 'shared' | 'namedByContent'> = {},
): ArmEffect {
  return { method: 'PUT', resourceId, apiVersion, body, ...rest };
}
