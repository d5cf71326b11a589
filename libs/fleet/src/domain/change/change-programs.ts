import type { Program, Step, TaskOutcome } from '@podspan/engine';
import { ingressProgramName } from '../ingress/ingress-program.js';
import { ciliumStep, deleteSteps, expandStep, migrateStep, nodeImageStep, upgradeStep } from './change-steps.js';
import type { ChangeInput, DeleteInput, ExpandInput } from './change-input.js';

/** What of a change is not one ARM write. Each may run twice. */
export interface ChangeTasks {
  /** Holds the cluster against the rules of its action once more: hours may lie between the plan and its turn. */
  check(input: ChangeInput): Promise<TaskOutcome>;
  /** Reads the cluster back and holds it against what was wanted. */
  verify(input: ChangeInput): Promise<TaskOutcome>;
  /** Moves the pod range in ipam, now that Azure has it. */
  widen(input: ExpandInput): Promise<TaskOutcome>;
  removeGateway(input: DeleteInput, runId: string): Promise<TaskOutcome>;
  /** What is there, and whose it is. */
  look(input: DeleteInput): Promise<TaskOutcome>;
  /** Gives the addresses back, now that Azure holds them no more. */
  release(input: DeleteInput): Promise<TaskOutcome>;
}

/** QUO-05: most pools of a cluster, and so most node subnets. */
const mostPools = 100;

export function changeProgramOf(input: ChangeInput): string {
  switch (input.action) {
    case 'UPGRADE':
      return `cluster.upgrade-${input.nodeImages.length}`;
    case 'DELETE':
      return `cluster.delete-${input.nodeSubnets.length}`;
    case 'MIGRATE_TO_OVERLAY':
      return 'cluster.migrate';
    case 'EXPAND_POD_CIDR':
      return 'cluster.expand';
    case 'ENABLE_CILIUM':
      return 'cluster.cilium';
    case 'MIGRATE_INGRESS':
      return ingressProgramName;
  }
}

/** A program's list of steps is fixed, so there is one per number of pools or subnets where their number matters. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each program has the input of its action
export function changePrograms(tasks: ChangeTasks): readonly Program<any>[] {
  const check: Step<ChangeInput> = { kind: 'task', name: 'check', title: 'preconditions', run: ({ input }) => tasks.check(input) };
  const verify: Step<ChangeInput> = { kind: 'task', name: 'verify', title: 'verification', run: ({ input }) => tasks.verify(input) };
  const widen: Step<ExpandInput> = { kind: 'task', name: 'addresses', title: 'addresses', run: ({ input }) => tasks.widen(input) };
  return [
    { name: 'cluster.migrate', version: 1, steps: [check, migrateStep, verify] },
    { name: 'cluster.expand', version: 1, steps: [check, expandStep, verify, widen] },
    { name: 'cluster.cilium', version: 1, steps: [check, ciliumStep, verify] },
    ...upTo(mostPools).map((count) => ({
      name: `cluster.upgrade-${count}`,
      version: 1,
      steps: [check, upgradeStep, ...range(count).map(nodeImageStep), verify],
    })),
    ...upTo(mostPools).map((count) => ({ name: `cluster.delete-${count}`, version: 1, steps: removalSteps(tasks, count) })),
  ];
}

function removalSteps(tasks: ChangeTasks, nodeSubnets: number): readonly Step<DeleteInput>[] {
  return [
    { kind: 'task', name: 'gateway', title: 'ingress gateway', run: ({ input, runId }) => tasks.removeGateway(input, runId) },
    { kind: 'task', name: 'look', title: 'what is there', run: ({ input }) => tasks.look(input) },
    ...deleteSteps(nodeSubnets),
    { kind: 'task', name: 'addresses', title: 'addresses', run: ({ input }) => tasks.release(input) },
  ];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function upTo(most: number): number[] {
  return range(most + 1);
}
