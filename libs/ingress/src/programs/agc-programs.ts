import type { Program } from '@podspan/engine';
import { agcCreate, type AgcCreateTasks } from './agc-create.js';
import { agcDelete, type AgcDeleteTasks } from './agc-delete.js';
import type { AgcInput, AgcRemoval } from './agc-input.js';

/** The programs of this service, with their tasks. */
export class AgcPrograms {
  readonly create: Program<AgcInput>;
  readonly remove: Program<AgcRemoval>;

  constructor(tasks: AgcCreateTasks & AgcDeleteTasks) {
    this.create = agcCreate(tasks);
    this.remove = agcDelete(tasks);
  }
}
