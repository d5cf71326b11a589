import type { Program } from '@podspan/engine';
import { agicCreate, agicCreateAddOn, agicGrantWaf, type AgicCreateTasks } from './agic-create.js';
import { agicDelete, agicDeleteAddOn, type AgicDeleteTasks } from './agic-delete.js';
import type { AgicInput, AgicRemoval } from './agic-input.js';

/** The programs of kind AGIC, with their tasks. */
export class AgicPrograms {
  readonly create: Readonly<Record<AgicInput['deployment'], Program<AgicInput>>>;
  readonly remove: Readonly<Record<AgicInput['deployment'], Program<AgicRemoval>>>;
  readonly all: readonly (Program<AgicInput> | Program<AgicRemoval>)[];

  constructor(tasks: AgicCreateTasks & AgicDeleteTasks) {
    this.create = { BYO: agicCreate(tasks), ADDON: agicCreateAddOn(tasks) };
    this.remove = { BYO: agicDelete(tasks), ADDON: agicDeleteAddOn(tasks) };
    this.all = [...Object.values(this.create), ...Object.values(this.remove), agicGrantWaf(tasks)];
  }
}
