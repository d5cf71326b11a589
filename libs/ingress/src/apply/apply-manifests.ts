import { Injectable } from '@nestjs/common';
import { Conflict, DomainError, Transient } from '@podspan/errors';
import { audit, runWrite, WriteResult, type CallContext } from '@podspan/platform';
import { Kysely, type Transaction } from 'kysely';
import type { GatewayRow, IngressDatabase } from '../database.js';
import { reportedAddresses } from '../domain/apply/frontend-addresses.js';
import type { KubeObject } from '../domain/apply/kube-object.js';
import { isAgic } from '../domain/render-target.js';
import { GatewaysRepository } from '../gateways.repository.js';
import { renderedTarget } from '../view-gateway.js';
import { WriteManifests } from '../write-manifests.js';
import { applyObjects, type Applied } from './apply-objects.js';
import type { ApplyBody, ApplyView } from './apply-schemas.js';
import { ClusterAccess, type ClusterApi } from './cluster-api.js';
import { viewApplied } from './view-applied.js';
import { watchStatus } from './watch-status.js';

/** Whether this installation may write into clusters. */
export abstract class ApplySwitch {
  abstract readonly enabled: boolean;
}

/** Each holds a connection to the database while the cluster is asked; others need some too. */
const mostAtOnce = 3;

@Injectable()
export class ApplyManifests {
  #underWay = 0;

  constructor(
    private readonly db: Kysely<IngressDatabase>,
    private readonly gateways: GatewaysRepository,
    private readonly writeManifests: WriteManifests,
    private readonly access: ClusterAccess,
    private readonly apply: ApplySwitch,
  ) {}

  /**
   * Brings the cluster to hold the gateway's manifests, then watches what the ALB Controller says. Two at once for one
   * gateway take turns, so the later one applies what was recorded last; death in the middle leaves what is applied, and
   * the same again completes it.
   * @throws DomainError `apply_disabled`, forbidden
   */
  async execute(call: CallContext, key: string, body: ApplyBody): Promise<WriteResult<ApplyView>> {
    if (!this.apply.enabled)
      throw new DomainError('forbidden', 'apply_disabled', 'applying to clusters is off: set INGRESS_APPLY=true for the ingress service', {
        facts: { setting: 'INGRESS_APPLY' },
      });
    if (this.#underWay >= mostAtOnce) throw new Transient('too_many_applies', `${mostAtOnce} gateways are being applied already`, 5);
    this.#underWay++;
    try {
      return await this.#onCluster(call, key, body);
    } finally {
      this.#underWay--;
    }
  }

  async #onCluster(call: CallContext, key: string, body: ApplyBody): Promise<WriteResult<ApplyView>> {
    const gateway = await this.gateways.get(key);
    if (gateway.state === 'DELETING') throw new Conflict('operation_in_progress', `ingress gateway '${gateway.name}' is being deleted`);
    const api = await this.access.open(gateway.input.clusterId);
    try {
      let applied: readonly Applied[] = [];
      const result = await runWrite(this.db, call, async (trx) => {
        applied = await this.#write(trx, call, api, gateway, body);
        return WriteResult.ok(viewOf(gateway, call, applied));
      });
      if (call.dryRun || result.replayed) return result;
      const seen = body.waitSeconds === 0 ? applied : await watched(api, applied, gateway.namespace, body.waitSeconds);
      await this.#learnAddresses(gateway, seen);
      return result.with(viewOf(gateway, call, seen));
    } finally {
      api.close();
    }
  }

  /** AGC-40: what the controller makes has names of its own choice, so where it answers is known from the controller alone. */
  async #learnAddresses(gateway: GatewayRow, applied: readonly Applied[]): Promise<void> {
    const target = renderedTarget(gateway);
    if (isAgic(target) || 'albId' in target.loadBalancer) return;
    const reported = reportedAddresses(
      target,
      applied.map(({ object }) => object),
    );
    if (reported.length > 0) await this.gateways.addAddresses(gateway.id, reported);
  }

  async #write(
    trx: Transaction<IngressDatabase>,
    call: CallContext,
    api: ClusterApi,
    gateway: GatewayRow,
    { prune, force }: ApplyBody,
  ): Promise<readonly Applied[]> {
    await this.gateways.takeTurn('apply', gateway.id, trx);
    const objects = (await this.writeManifests.objects(gateway.id)) as readonly KubeObject[];
    const applied = await applyObjects(api, objects, { owner: gateway.namespace, prune, force, dryRun: call.dryRun });
    const { counts } = viewOf(gateway, call, applied);
    await audit(trx, call, { action: 'ingress_gateway.applied', kind: 'INGRESS_GATEWAY', id: gateway.id, after: { prune, force, counts } });
    return applied;
  }
}

function viewOf({ name, cluster }: GatewayRow, { dryRun }: CallContext, applied: readonly Applied[]): ApplyView {
  return viewApplied({ gateway: name, cluster, dryRun }, applied);
}

async function watched(api: ClusterApi, applied: readonly Applied[], owner: string, seconds: number): Promise<readonly Applied[]> {
  const kept = applied.filter(({ action }) => action !== 'DELETED' && action !== 'LEFT');
  const seen = await watchStatus(
    api,
    kept.map(({ object }) => object),
    owner,
    seconds,
  );
  const latest = new Map(kept.map(({ object }, index) => [object, seen[index] ?? object]));
  return applied.map((entry) => ({ ...entry, object: latest.get(entry.object) ?? entry.object }));
}
