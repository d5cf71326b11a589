import type { Program } from '@podspan/engine';
import { createProgramName, createPrograms, type CreateTasks } from './create/create-program.js';
import type { CreateInput } from './create/create-input.js';
import { changeProgramOf } from './change/change-programs.js';
import type { ChangeInput } from './change/change-input.js';
import type { ItemInput } from './frozen-plan.js';

/** What an action brings: the programs that carry it out, and which of them an item runs. A further action is one more entry. */
export interface ActionDefinition<I, T> {
  readonly programs: (tasks: T) => readonly Program<I>[];
  readonly programOf: (input: I) => string;
}

export const create: ActionDefinition<CreateInput, CreateTasks> = {
  programs: createPrograms,
  programOf: ({ nodeSubnets }) => createProgramName(nodeSubnets.length),
};

/** The program that carries an item out. */
export function programOf(input: ItemInput): string {
  return isChange(input) ? changeProgramOf(input) : create.programOf(input);
}

export function isChange(input: ItemInput): input is ChangeInput {
  return 'action' in input;
}
