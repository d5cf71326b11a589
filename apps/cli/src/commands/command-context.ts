import type { PodspanClient } from '@podspan/client';
import type { Command } from 'commander';
import { connect } from '../connect.js';
import type { GlobalOptions, Io } from '../io.js';
import { Printer } from '../output/printer.js';

/** What an action works with. */
export interface CommandContext {
  readonly io: Io;
  readonly client: PodspanClient;
  readonly print: Printer;
}

/** The context of the command that runs, by the options of the root. */
export function contextOf(command: Command, io: Io): CommandContext {
  const options = command.optsWithGlobals<GlobalOptions>();
  return { io, client: connect(options, io), print: new Printer(io, options.output) };
}
