import { BadConfiguration } from '@podspan/platform';
import type { EngineRole } from '../options.js';

const roles = ['api', 'worker', 'all'] as const satisfies readonly EngineRole[];

/** `--role api|worker|all`, `all` by default. @throws BadConfiguration for anything else */
export function roleOf(args: readonly string[]): EngineRole {
  const at = args.findIndex((arg) => arg === '--role' || arg.startsWith('--role='));
  if (at < 0) return 'all';
  const given = args[at]?.split('=')[1] ?? args[at + 1];
  const role = roles.find((candidate) => candidate === given);
  if (role) return role;
  throw new BadConfiguration([`--role is one of ${roles.join(', ')}, not '${given ?? ''}'`]);
}
