import type { Json, Program, Step, TaskOutcome } from '@podspan/engine';
import type { CreateInput } from './create-input.js';
import { createArmSteps } from './create-steps.js';

/** The two pieces of the program that are not one ARM write. Both may run twice. */
export interface CreateTasks {
  /** Holds the cluster, as it was read back at the end of its write, against the plan; reads it again should it not be ready yet. */
  verify(input: CreateInput, readBack: Json | undefined): Promise<TaskOutcome>;
  /** Asks the ingress service for the gateway, and waits until it is ready. */
  ingress(input: CreateInput, runId: string): Promise<TaskOutcome>;
}

/** QUO-05: a cluster has at most 100 pools, each in a subnet of its own at most. */
const mostNodeSubnets = 100;

export function createProgramName(nodeSubnets: number): string {
  return `cluster.create-${nodeSubnets}`;
}

/** One program per number of node subnets, for a program's list of steps is fixed. */
export function createPrograms(tasks: CreateTasks): readonly Program<CreateInput>[] {
  const tail: readonly Step<CreateInput>[] = [
    { kind: 'task', name: 'verify', title: 'verification', run: ({ input, outputs }) => tasks.verify(input, outputs['cluster']) },
    { kind: 'task', name: 'ingress', title: 'ingress gateway', run: ({ input, runId }) => tasks.ingress(input, runId) },
  ];
  return Array.from({ length: mostNodeSubnets }, (_, index) => ({
    name: createProgramName(index + 1),
    version: 1,
    steps: [...createArmSteps(index + 1), ...tail],
  }));
}
