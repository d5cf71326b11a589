import type { Program } from '@podspan/engine';
import type { Deployment } from '../domain/gateway-intent.js';
import { agcGrantWaf } from '../waf/agc-grant-waf.js';
import { agcCreate, agcCreateBeforeWaf } from './agc-create.js';
import { agcCreateAddOn } from './agc-create-add-on.js';
import { agcCreateManaged } from './agc-create-managed.js';
import { agcDelete, agcDeleteBeforeWaf } from './agc-delete.js';
import { agcDeleteAddOn } from './agc-delete-add-on.js';
import { agcDeleteManaged } from './agc-delete-managed.js';
import type { AgcInput, AgcRemoval } from './agc-input.js';
import type { AgcDeleteTasks } from './agc-removals.js';
import type { AgcCreateTasks } from './agc-steps.js';

/** The programs of kind AGC, with their tasks. */
export class AgcPrograms {
  readonly create: Readonly<Record<Deployment, Program<AgcInput>>>;
  readonly remove: Readonly<Record<Deployment, Program<AgcRemoval>>>;
  /** Those of earlier releases too: their runs may still be under way. */
  readonly all: readonly (Program<AgcInput> | Program<AgcRemoval>)[];

  constructor(tasks: AgcCreateTasks & AgcDeleteTasks) {
    this.create = { BYO: agcCreate(tasks), MANAGED: agcCreateManaged(tasks), ADDON: agcCreateAddOn(tasks) };
    this.remove = { BYO: agcDelete(tasks), MANAGED: agcDeleteManaged(tasks), ADDON: agcDeleteAddOn(tasks) };
    this.all = [
      ...Object.values(this.create),
      ...Object.values(this.remove),
      agcCreateBeforeWaf(tasks),
      agcDeleteBeforeWaf(tasks),
      agcGrantWaf(tasks),
    ];
  }
}
