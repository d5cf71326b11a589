import type { Program } from '@podspan/engine';
import { createProgramName, createPrograms, type CreateTasks } from './create/create-program.js';
import type { CreateInput } from './create/create-input.js';
import { type Action, actions } from './rollout-request.js';

/** What an action brings: the programs that carry it out, and which of them an item runs. A further action is one more entry. */
export interface ActionDefinition<I, T> {
  readonly programs: (tasks: T) => readonly Program<I>[];
  readonly programOf: (input: I) => string;
}

export const create: ActionDefinition<CreateInput, CreateTasks> = {
  programs: createPrograms,
  programOf: ({ nodeSubnets }) => createProgramName(nodeSubnets.length),
};

const available = { CREATE: create } as const satisfies Partial<Record<Action, unknown>>;

export function isAvailable(action: Action): action is keyof typeof available {
  return action in available;
}

export const availableActions: readonly Action[] = actions.filter(isAvailable);
