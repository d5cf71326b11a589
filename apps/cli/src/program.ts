import { Command, CommanderError, Option } from 'commander';
import { apply, type ApplyOptions } from './commands/apply.js';
import { FleetRefused } from './commands/check-fleet.js';
import { registerAssess } from './commands/assess.js';
import { contextOf } from './commands/command-context.js';
import { registerIpam } from './commands/ipam.js';
import { registerIngress } from './commands/ingress.js';
import { plan } from './commands/plan.js';
import { registerFigures } from './commands/figures.js';
import { registerAllocations } from './commands/allocations.js';
import { registerImports } from './commands/imports.js';
import { registerPools } from './commands/pools.js';
import { registerRollout } from './commands/rollout.js';
import { registerTopology } from './commands/topology.js';
import { EXIT, exitCodeOf, Quit, type ExitCode } from './exit-codes.js';
import type { GlobalOptions, Io } from './io.js';
import { reportFailure } from './output/failure-report.js';
import { Printer } from './output/printer.js';

const VERSION = '0.1.0';

const CLOSING = `
The token is that of --token, of PODSPAN_TOKEN, or of the file 'token' in PODSPAN_HOME (.podspan here if unset).
The server is that of --server or of PODSPAN_SERVER, also below a path: https://tools.example/podspan.

Exit codes: 0 done, 1 unexpected, 2 wrong usage, 3 not found, 4 refused by the rules, 5 conflict or exhausted,
6 the rollout failed, 7 not authorised, 8 the server cannot be reached.`;

/** Runs one command line and answers its exit code. Never throws. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  const program = createProgram(io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof Quit) return error.exitCode;
    if (io.signal.aborted) return EXIT.interrupted;
    const printer = new Printer(io, program.opts<GlobalOptions>().output);
    if (!(error instanceof FleetRefused)) {
      reportFailure(printer, error);
      return exitCodeOf(error);
    }
    reportFailure(printer, error.failure, error.problems, error.message);
    return error.failure.kind === 'conflict' ? EXIT.conflict : EXIT.refused;
  }
}

function createProgram(io: Io): Command {
  const program = new Command('podspan')
    .description('Plan, roll out and look after fleets of AKS clusters on Azure CNI Overlay')
    .version(VERSION)
    .option('--server <url>', 'where Podspan answers (default: http://127.0.0.1:4000)')
    .option('--token <token>', 'who you are')
    .addOption(new Option('--output <format>', 'how to say it').choices(['table', 'json', 'yaml']).default('table'))
    .addHelpText('after', CLOSING)
    .showHelpAfterError('(--help says more)')
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
    .exitOverride();
  program
    .command('plan')
    .description(
      'Check a fleet file and show everything apply would do: addresses, shared pod ranges, Azure calls and time. Writes nothing',
    )
    .requiredOption('-f, --file <file>', 'the fleet file; - for standard input')
    .action(async (options: { file: string }, command: Command) => plan(contextOf(command, io), options.file));
  program
    .command('apply')
    .description(
      'Bring about what a fleet file says: first the same check as plan, then networks and pools, then the rollout. Doing it twice is doing it once',
    )
    .requiredOption('-f, --file <file>', 'the fleet file; - for standard input')
    .option('--watch', 'follow the rollout to its end; exits 6 unless every cluster succeeded')
    .option('--yes', 'do not ask')
    .action(async (options: { file: string } & ApplyOptions, command: Command) => apply(contextOf(command, io), options.file, options));
  registerRollout(program, io);
  registerPools(program, io);
  registerFigures(program, io);
  registerAllocations(program, io);
  registerTopology(program, io);
  registerImports(program, io);
  registerAssess(program, io);
  registerIpam(program, io);
  registerIngress(program, io);
  return program;
}
