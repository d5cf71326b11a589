import type { Arm } from '@podspan/azure';
import { DomainError, InvalidRequest, type Problem, problemsOf } from '@podspan/errors';
import type { CallContext } from '@podspan/platform';
import { sql } from 'kysely';
import { adoptedCluster } from './adopted-cluster.js';
import { type CheckedChange, checkChangeRequest } from '../request/check-change-request.js';
import type { Db } from '../database.js';
import type { ChangeAction, ChangeInput } from '../domain/change/change-input.js';
import { at } from '../domain/change/change-target.js';
import { gatewayNameOf, gatewaySpecOf } from '../domain/ingress/ingress-migration.js';
import type { IngressGateways } from '../ports/ingress.js';
import { freezeChanges, NewestImages, podRangeWish } from './freeze-change.js';
import { agicRanges } from '../migrate-ingress/agic-ranges.js';
import type { Ipam } from '../ports/ipam.js';
import { type PreparedRollout, rangesNameOf } from './prepared-rollout.js';
import type { ReadRequest } from '../request/read-request.js';

/** Turns a request for a change of clusters that exist into a plan. */
export class PrepareChange {
  constructor(
    private readonly db: Db,
    private readonly arm: Arm,
    private readonly ipam: Ipam,
    private readonly gateways: IngressGateways,
  ) {}

  /** Reads Azure and Podspan; writes nothing. @throws InvalidRequest with every problem of every cluster */
  async check(action: ChangeAction, request: ReadRequest, call: CallContext): Promise<CheckedChange> {
    const services = { db: this.db, arm: this.arm, ipam: this.ipam };
    const { checked, problems } = await checkChangeRequest(services, action, request, { ...call, dryRun: call.dryRun });
    if (!checked) throw new InvalidRequest(problems);
    if (action === 'MIGRATE_INGRESS') await this.#rehearseGateways(checked, call);
    return checked;
  }

  /** What the ingress service would refuse. It asks us about the cluster, so one that we do not know yet is judged when its turn comes. */
  async #rehearseGateways({ targets }: CheckedChange, call: CallContext): Promise<void> {
    const problems: Problem[] = [];
    for (const target of targets.filter(({ row }) => row !== undefined)) {
      const { name, asked } = target;
      const { ingress = {} } = asked;
      try {
        await this.gateways.rehearse({ name: gatewayNameOf(name, ingress), cluster: name, spec: gatewaySpecOf(ingress) }, call);
      } catch (error) {
        if (!(error instanceof DomainError) || (error.kind !== 'invalid' && error.kind !== 'conflict')) throw error;
        problems.push(...at(target, problemsOf(error, 'ingress')));
      }
    }
    if (problems.length > 0) throw new InvalidRequest(problems);
  }

  /** Whether the plan takes anything of ipam, which has to be found again should we die. */
  takesRanges(checked: CheckedChange): boolean {
    return podRangeWish(checked, '') !== undefined;
  }

  /** With the ranges taken, or in a dry run only asked for. @throws InvalidRequest for ranges that ipam refuses */
  async freeze(checked: CheckedChange, id: string, call: CallContext): Promise<readonly ChangeInput[]> {
    const ranges = await this.#ranges(checked, rangesNameOf(id), call);
    const writers = checked.action === 'DELETE' ? await this.#writers(checked) : new Map<string, string[]>();
    const agic =
      checked.action === 'MIGRATE_INGRESS' ? await agicRanges({ arm: this.arm, ipam: this.ipam }, checked.targets, call) : new Map();
    const facts = { rollout: { id, name: checked.name }, ranges, writers, images: new NewestImages(this.arm), agicRanges: agic };
    const offered = new Map<string, readonly string[]>();
    for (const { azure } of checked.targets) {
      const place = azure && `${azure.subscriptionId}/${azure.region}`.toLowerCase();
      if (azure && place && checked.action === 'UPGRADE' && !offered.has(place))
        offered.set(
          place,
          (await this.arm.kubernetesVersions(azure.subscriptionId, azure.region)).flatMap(({ patchVersions }) => patchVersions),
        );
    }
    return freezeChanges(checked, facts, (azure) => offered.get(`${azure.subscriptionId}/${azure.region}`.toLowerCase()) ?? []);
  }

  prepared(checked: CheckedChange, inputs: readonly ChangeInput[], id: string): PreparedRollout {
    const { name, action, strategy, waves, windowsOf, targets } = checked;
    return {
      name,
      action,
      strategy,
      waves,
      windowsOf,
      inputs,
      addressPlan: this.takesRanges(checked) ? rangesNameOf(id) : '',
      adopted: targets.flatMap((target) => (target.row || !target.azure ? [] : [adoptedCluster(target, target.azure, { id, name })])),
    };
  }

  async #ranges(checked: CheckedChange, label: string, call: CallContext): Promise<ReadonlyMap<string, string>> {
    const wish = podRangeWish(checked, label);
    if (!wish) return new Map();
    try {
      return call.dryRun ? await this.ipam.takePodRangesDry(wish, call) : await this.ipam.takePodRanges(wish, label, call);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'invalid')
        throw new InvalidRequest(error.problems.map((found) => ofRequest(found, checked)));
      throw error;
    }
  }

  /** Every run that may have left its mark on a cluster. */
  async #writers({ targets }: CheckedChange): Promise<Map<string, string[]>> {
    const { rows } = await sql<{ cluster: string; ids: string[] }>`
      select cluster, array_agg(id::text order by id) as ids from item where cluster = any(${targets.map(({ name }) => name)}) group by cluster
    `.execute(this.db);
    return new Map(rows.map(({ cluster, ids }) => [cluster, ids]));
  }
}

/** ipam counts its own items; the caller counts clusters. */
function ofRequest(found: Problem, { targets }: CheckedChange): Problem {
  const position = /^items\[(\d+)\]/.exec(found.path)?.[1];
  const target = position === undefined ? undefined : targets[Number(position)];
  if (!target) return { ...found, path: found.path === '' ? 'pools.podCidr' : found.path };
  const base = target.index === undefined ? 'selector' : `clusters[${target.index}].podCidr`;
  return { ...found, path: base, message: `cluster '${target.name}': ${found.message}` };
}
