import { isWire, textAt } from '@podspan/aks';
import type { EngineTransaction, RunChange, RunListener } from '@podspan/engine';
import type { Kysely, Updateable } from 'kysely';
import type { FrontendAddress, GatewayTable, IngressDatabase } from './database.js';
import { GatewaysRepository } from './gateways.repository.js';

/** Writes what a run has come to into its gateway, in the transaction that ends the run. */
export class FollowRuns implements RunListener {
  readonly endsOnly = true;

  constructor(private readonly gateways: GatewaysRepository) {}

  async onRun(transaction: EngineTransaction, change: RunChange): Promise<void> {
    const creates = /^agi?c\.create/.test(change.program);
    if (!creates && !/^agi?c\.delete/.test(change.program)) return;
    const ended = change.to === 'SUCCEEDED' || change.to === 'FAILED' || change.to === 'CANCELED';
    if (!ended) return;
    const trx = transaction as Kysely<IngressDatabase>;
    const row = await this.gateways.ofRun(change.runId, trx);
    if (!row) return;
    if (!creates && change.to === 'SUCCEEDED') await this.gateways.remove(row.id, trx);
    else await this.gateways.change(row.id, creates ? ofCreation(change) : ofFailure(change), trx);
  }
}

function ofCreation(change: RunChange): Updateable<GatewayTable> {
  const identity = identityOf(change);
  if (change.to !== 'SUCCEEDED') return { ...ofFailure(change), ...identity };
  const frontends = frontendsOf(change);
  // Where the controller makes the frontends, an apply may have learnt of them before the run was over.
  return { state: 'READY', failure: null, ...(frontends.length === 0 ? {} : { frontends: JSON.stringify(frontends) }), ...identity };
}

function ofFailure({ failure, to }: RunChange): Updateable<GatewayTable> {
  const said = failure ?? { code: 'canceled', message: `the run ended as ${to}`, retryable: true, mustAct: 'USER' };
  return { state: 'FAILED', failure: JSON.stringify(said) };
}

/** Written by us, or read from the cluster where the add-on has one of its own. */
function identityOf({ outputs }: RunChange): Updateable<GatewayTable> {
  const output = outputs['identity'];
  const addOns = textAt(output, 'resourceId');
  const clientId = textAt(output, addOns === undefined ? 'properties.clientId' : 'clientId');
  const principalId = textAt(output, addOns === undefined ? 'properties.principalId' : 'principalId');
  if (clientId === undefined || principalId === undefined) return {};
  return { identity: JSON.stringify({ clientId, principalId, ...(addOns === undefined ? {} : { resourceId: addOns }) }) };
}

function frontendsOf({ outputs }: RunChange): readonly FrontendAddress[] {
  const verified = outputs['verify'];
  const list = isWire(verified) ? verified['frontends'] : undefined;
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((frontend) => {
    const name = textAt(frontend, 'name');
    const [fqdn, ipAddress] = [textAt(frontend, 'fqdn'), textAt(frontend, 'ipAddress')];
    if (name === undefined) return [];
    return [{ name, ...(fqdn === undefined ? {} : { fqdn }), ...(ipAddress === undefined ? {} : { ipAddress }) }];
  });
}
