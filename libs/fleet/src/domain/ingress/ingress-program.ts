import { changedCluster, objectAt } from '@podspan/aks';
import type { ArmStep, Json, Program, Step, StepContext, TaskOutcome } from '@podspan/engine';
import type { MigrateIngressInput } from '../change/change-input.js';
import { gateSteps, type IngressGate } from './ingress-migration.js';

type Context = StepContext<MigrateIngressInput>;

/** What of the change is not one ARM write. Each may run twice. */
export interface IngressMigrationTasks {
  check(input: MigrateIngressInput): Promise<TaskOutcome>;
  /** AGC beside AGIC. Its output holds the host names of the frontends. */
  gateway(context: Context): Promise<TaskOutcome>;
  manifests(input: MigrateIngressInput): Promise<TaskOutcome>;
  /** Waits until a person has said yes. */
  gate(context: Context, gate: IngressGate): Promise<TaskOutcome>;
  /** Waits until no client can know the old address any more. */
  drain(context: Context): Promise<TaskOutcome>;
  /** Removes gateways of kind AGIC that Podspan made itself. */
  retire(input: MigrateIngressInput): Promise<TaskOutcome>;
  verify(input: MigrateIngressInput): Promise<TaskOutcome>;
  /** Gives AGIC's range back where Azure shows its subnet no more. */
  release(input: MigrateIngressInput): Promise<TaskOutcome>;
}

export const ingressProgramName = 'cluster.migrate-ingress';

/** MAP-34: nothing of AGIC is touched before both approvals. */
export function ingressProgram(tasks: IngressMigrationTasks): Program<MigrateIngressInput> {
  const task = (name: string, title: string, run: (context: Context) => Promise<TaskOutcome>): Step<MigrateIngressInput> => ({
    kind: 'task',
    name,
    title,
    run,
  });
  return {
    name: ingressProgramName,
    version: 1,
    steps: [
      task('check', 'preconditions', ({ input }) => tasks.check(input)),
      task('gateway', 'AGC beside AGIC', (context) => tasks.gateway(context)),
      task('manifests', 'manifests', ({ input }) => tasks.manifests(input)),
      task(gateSteps.SWITCH_DNS, 'approval of the switch of DNS', (context) => tasks.gate(context, 'SWITCH_DNS')),
      task('drain', 'time to live and draining', (context) => tasks.drain(context)),
      task(gateSteps.DISABLE_AGIC, 'approval of the end of AGIC', (context) => tasks.gate(context, 'DISABLE_AGIC')),
      task('retire', "AGIC's own gateway", ({ input }) => tasks.retire(input)),
      disableAgicStep,
      task('verify', 'verification', ({ input }) => tasks.verify(input)),
      task('addresses', 'addresses', ({ input }) => tasks.release(input)),
    ],
  };
}

/** AGIC-01: the add-on is switched off in a PUT of the whole cluster; of a Helm release Azure knows nothing. */
export const disableAgicStep: ArmStep<MigrateIngressInput> = {
  kind: 'arm',
  name: 'cluster',
  title: 'AGIC add-on off',
  effect: ({ input }) => {
    if (input.agic === 'HELM') return undefined;
    return {
      method: 'PUT',
      resourceId: input.resourceId,
      apiVersion: input.apiVersions.managedCluster,
      change: (existing) => changedCluster(existing, { properties: { addonProfiles: withoutAgic(existing) } }),
      compare: (existing) => (hasAgic(existing) ? 'update' : 'equal'),
    };
  },
};

export function hasAgic(existing: unknown): boolean {
  return objectAt(existing, 'properties.addonProfiles.ingressApplicationGateway')['enabled'] === true;
}

/** The other add-ons as they are, less what only Azure writes. */
function withoutAgic(existing: Json): { readonly [key: string]: Json } {
  const addOns = Object.entries(objectAt(existing, 'properties.addonProfiles') as Record<string, Json>);
  const kept = addOns.map(([name, profile]): [string, Json] => {
    const { identity: _, ...writable } = { ...(profile as Record<string, Json>) };
    return [name, writable];
  });
  return { ...Object.fromEntries(kept), ingressApplicationGateway: { enabled: false } };
}
