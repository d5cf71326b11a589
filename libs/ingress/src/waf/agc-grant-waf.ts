import type { Program } from '@podspan/engine';
import { task, wafRole, type AgcCreateTasks } from '../programs/agc-steps.js';
import type { AgcInput } from '../programs/agc-input.js';

export const grantWafProgram = 'agc.grant-waf';

/** AGC-66: the controller of a gateway may attach the WAF policy `wafPolicyId` that one of its routes names. */
export function agcGrantWaf(tasks: AgcCreateTasks): Program<AgcInput> {
  return {
    name: grantWafProgram,
    version: 1,
    steps: [task('controller', 'ALB identity', (input) => tasks.awaitController(input)), wafRole(['controller', 'principalId'])],
  };
}
