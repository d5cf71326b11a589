import type { Arm } from '@podspan/azure';
import { DomainError, type Problem } from '@podspan/errors';
import { withoutEchoes } from '@podspan/platform';
import type { Db } from '../database.js';
import { checkChange, needsConfirmation } from '../domain/change/check-change.js';
import { agicUnknown, rangeRequired } from '../domain/change/check-migrate.js';
import { type AskedChange, at, type ChangeSurroundings } from '../domain/change/change-target.js';
import type { ChangeAction } from '../domain/change/change-input.js';
import { sharedSurgeProblems } from '../domain/change/check-surge-cores.js';
import { sharedRoomProblems } from '../domain/change/check-surge-room.js';
import { gatewayNameProblems } from '../domain/ingress/check-ingress-migration.js';
import { checkStrategy, strategyWarnings } from '../domain/check-strategy.js';
import type { Strategy } from '../domain/rollout-request.js';
import type { WaveMember } from '../domain/selector.js';
import { planWindows } from '../domain/maintenance-windows.js';
import { type PlannedWave, planWaves } from '../domain/waves.js';
import type { Ipam, OnBehalf } from '../ports/ipam.js';
import type { ReadRequest } from './read-request.js';
import { networkNameOf, type ResolvedTarget, resolveTargets } from './resolve-targets.js';

/** A request for a change without a problem of ours. */
export interface CheckedChange {
  readonly name: string;
  readonly action: ChangeAction;
  readonly request: ReadRequest;
  readonly targets: readonly ResolvedTarget[];
  readonly strategy: Strategy;
  readonly waves: readonly PlannedWave[];
  readonly windowsOf: ReadonlyMap<string, readonly number[]>;
  readonly warnings: readonly Problem[];
}

/** Finds everything that is wrong with a request for a change of clusters that exist. @throws Transient when Azure does not answer */
export async function checkChangeRequest(
  services: { readonly db: Db; readonly arm: Arm; readonly ipam: Ipam },
  action: ChangeAction,
  request: ReadRequest,
  caller: OnBehalf & { readonly dryRun: boolean },
): Promise<{ readonly checked?: CheckedChange; readonly problems: readonly Problem[] }> {
  const { name, strategy } = request;
  const { targets, around, problems: unresolved } = await resolveTargets(services.db, services.arm, request);
  const askedFor = targets.map((target) => ({
    ...target,
    asked: { ...request.upgrade, ...defined(target.asked), ...ingressOf(request, target) },
  }));
  const members = askedFor.map(memberOf);
  const plan = strategy ? planWaves(strategy, members) : undefined;
  const windows = strategy ? planWindows(strategy, members) : undefined;
  const confirmation = needsConfirmation(action, upgradesVersion(request));
  const ranges =
    action === 'MIGRATE_TO_OVERLAY' ? await checkRanges(services.ipam, askedFor, request, caller) : { problems: [], warnings: [] };
  const found = [
    ...shapeProblems(action, request),
    ...unresolved,
    ...askedFor.flatMap((target) => checkChange(action, target, around)),
    ...ranges.problems,
    ...(action === 'MIGRATE_INGRESS'
      ? gatewayNameProblems(askedFor.map(({ index, name: cluster, asked }) => ({ index, name: cluster, ingress: asked.ingress ?? {} })))
      : []),
    ...(strategy ? [...checkStrategy(strategy, members.length), ...abortProblems(action, strategy)] : []),
    ...(unresolved.length === 0 ? [...(plan?.problems ?? []), ...(windows?.problems ?? [])] : []),
    ...(action === 'UPGRADE' && strategy && plan ? upgradedTogether(askedFor, { waves: plan.waves, strategy }, around) : []),
    ...(confirmation && !request.confirmed && !caller.dryRun ? [confirmation] : []),
  ];
  const problems = [...request.problems, ...withoutEchoes(found, request.problems)];
  if (problems.length > 0 || !name || !strategy || !plan || !windows) return { problems };
  const warnings = [
    ...strategyWarnings(strategy, members.length),
    ...(confirmation && !request.confirmed ? [confirmation] : []),
    ...ranges.warnings,
    ...(action === 'MIGRATE_TO_OVERLAY'
      ? askedFor.flatMap((target) => (target.azure ? at(target, agicUnknown(target.azure, around)) : []))
      : []),
    ...actionWarnings(action),
  ];
  return {
    problems,
    checked: { name, action, request, targets: askedFor, strategy, waves: plan.waves, windowsOf: windows.windowsOf, warnings },
  };
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;
}

/** What clusters that are upgraded at the same time need together. */
function upgradedTogether(
  targets: Parameters<typeof sharedSurgeProblems>[0],
  order: Parameters<typeof sharedSurgeProblems>[1],
  around: ChangeSurroundings,
): readonly Problem[] {
  return [...sharedRoomProblems(targets, order, around), ...sharedSurgeProblems(targets, order, around)];
}

/** What is asked of one cluster goes over what is asked of all. */
function ingressOf({ action, ingress }: ReadRequest, { asked }: ResolvedTarget): AskedChange {
  return action === 'MIGRATE_INGRESS' ? { ingress: { ...ingress, ...asked.ingress } } : {};
}

function memberOf(target: ResolvedTarget): WaveMember {
  const { name, row, azure } = target;
  return {
    name,
    region: row?.region ?? azure?.region ?? '',
    subscriptionId: row?.subscription_id ?? azure?.subscriptionId ?? '',
    network: networkNameOf(target),
    mesh: row?.input.cluster.mesh,
    tags: row?.input.cluster.tags ?? azure?.tags,
  };
}

export function upgradesVersion({ upgrade, targets }: ReadRequest): boolean {
  return upgrade?.kubernetesVersion !== undefined || targets.some(({ asked }) => asked.kubernetesVersion !== undefined);
}

/** What the action needs, and what it cannot make anything of. */
function shapeProblems(action: ChangeAction, request: ReadRequest): readonly Problem[] {
  const { targets, rawClusters, selector, upgrade } = request;
  const problems: Problem[] = [];
  const add = (path: string, code: string, message: string, suggestion?: string): void => {
    problems.push({ path, code, message, ...(suggestion === undefined ? {} : { suggestion }) });
  };
  if (rawClusters.length === 0 && selector === undefined)
    add('clusters', 'required', `${action} needs the clusters it is for`, 'clusters: [{ref}], or a selector');
  if (rawClusters.length > 0 && selector !== undefined)
    add(
      'selector',
      'ambiguous_request',
      'the clusters are named and selected; one of the two says which are meant',
      'leave one of them out',
    );
  if (action === 'UPGRADE' && upgrade?.nodeImage !== true && !upgradesVersion(request))
    add('upgrade', 'required', 'UPGRADE needs to know to what', 'upgrade.kubernetesVersion, upgrade.nodeImage: true, or both');
  if (action !== 'UPGRADE' && upgrade !== undefined) add('upgrade', 'unexpected_field', `${action} upgrades nothing`, 'leave upgrade out');
  if (action !== 'MIGRATE_INGRESS' && request.ingress !== undefined)
    add('ingress', 'unexpected_field', `${action} changes no ingress`, 'leave ingress out');
  for (const { index, asked } of targets) {
    if (asked.ingress !== undefined && action !== 'MIGRATE_INGRESS')
      add(`clusters[${index}].ingress`, 'unexpected_field', `${action} changes no ingress`, 'leave ingress out');
    if (asked.podCidr !== undefined && action !== 'MIGRATE_TO_OVERLAY' && action !== 'EXPAND_POD_CIDR' && asked.dataplane === undefined)
      add(`clusters[${index}].podCidr`, 'unexpected_field', `${action} does not change the pod range`, 'leave podCidr out');
  }
  if (request.topology !== undefined)
    add('topology', 'unexpected_field', 'a topology is assumed for new clusters only', 'leave topology out');
  return problems;
}

/** QUO-33: what an aborted move leaves behind is documented nowhere. */
export function abortProblems(action: ChangeAction, { onCancel }: Pick<Strategy, 'onCancel'>): readonly Problem[] {
  if (action !== 'MIGRATE_TO_OVERLAY' || onCancel !== 'ABORT') return [];
  return [
    {
      path: 'strategy.onCancel',
      code: 'abort_not_allowed',
      rule: 'QUO-33',
      message: 'a move to overlay that has begun is not aborted: nobody documents what it would leave behind',
      value: onCancel,
      suggestion: 'FINISH',
    },
  ];
}

/** Ranges that are named or kept are held against everything the pods will reach (OV-34 to OV-36), which Azure does not look at. */
async function checkRanges(
  ipam: Ipam,
  targets: readonly ResolvedTarget[],
  { podPool }: ReadRequest,
  caller: OnBehalf,
): Promise<{ readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }> {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  for (const target of targets) {
    const { azure, asked } = target;
    if (!azure || azure.networkMode === 'OVERLAY') continue;
    const range = asked.podCidr ?? (podPool === undefined ? azure.podCidr : undefined);
    const missing = podPool === undefined && asked.podCidr === undefined ? rangeRequired(azure) : undefined;
    if (missing) problems.push(...at(target, [missing]));
    else if (range !== undefined) {
      const judged = await refusalsOf(ipam, target, range, caller);
      problems.push(...at(target, judged.problems));
      warnings.push(...at(target, judged.warnings));
    }
  }
  return { problems, warnings };
}

async function refusalsOf(ipam: Ipam, target: ResolvedTarget, range: string, caller: OnBehalf) {
  const network = networkNameOf(target);
  try {
    const refusals = await ipam.refusals({ name: target.name, network, serviceCidr: target.azure?.serviceCidr }, range, caller);
    // What Azure tells us of its own network and services is judged already.
    const far = refusals.filter(({ rule }) => !['OV-32', 'OV-33', 'OV-70'].includes(rule));
    return {
      problems: far.map(({ conflictsWith, ...found }): Problem => ({
        path: 'podCidr',
        value: range,
        ...found,
        ...(conflictsWith ? { conflictsWith } : {}),
      })),
      warnings: [],
    };
  } catch (error) {
    if (!(error instanceof DomainError) || (error.kind !== 'invalid' && error.kind !== 'not_found')) throw error;
    const message = `ipam does not know network '${network}', so nobody has looked at what its pods reach (OV-34 to OV-36)`;
    return {
      problems: [],
      warnings: [
        { path: 'podCidr', code: 'network_unknown', rule: 'OV-34', message, value: network, suggestion: 'declare or import the network' },
      ],
    };
  }
}

const warningsOf: Partial<Record<ChangeAction, readonly Problem[]>> = {
  MIGRATE_TO_OVERLAY: [
    {
      path: 'action',
      code: 'all_nodes_at_once',
      rule: 'MG-30',
      message: 'all pools of a cluster are reimaged at the same time: plan a maintenance window',
    },
    {
      path: 'action',
      code: 'pod_addresses_change',
      rule: 'MG-33',
      message: 'pods are no longer reachable from outside by their own addresses',
    },
    {
      path: 'action',
      code: 'not_seen_from_outside',
      rule: 'MG-14',
      message: 'look for the ConfigMap azure-ip-masq-agent-config in each cluster: it is inside, where Azure does not look',
    },
    {
      path: 'action',
      code: 'not_seen_from_outside',
      rule: 'MG-19',
      message:
        'AGIC that Helm installed is inside, too: look for a release of ingress-azure, which must be 1.8.0 or later with its gateway in a subnet of /24 or smaller',
    },
  ],
  EXPAND_POD_CIDR: [
    {
      path: 'action',
      code: 'verify_inside',
      rule: 'OV-103',
      message: 'Succeeded is no proof: look at the NodeNetworkConfigs (kubectl get nnc -A) afterwards',
    },
    { path: 'action', code: 'maybe_preview', rule: 'OV-104', message: 'sources disagree whether this is in preview (C-06)' },
  ],
  MIGRATE_INGRESS: [
    {
      path: 'action',
      code: 'waits_for_approval',
      rule: 'MAP-34',
      message: 'every cluster waits for approval of SWITCH_DNS and again of DISABLE_AGIC, and holds its slot meanwhile',
      suggestion: 'podspan rollout approve NAME --gate SWITCH_DNS',
    },
    {
      path: 'action',
      code: 'not_seen_from_outside',
      rule: 'MAP-30',
      message: 'whether the Ingresses can be carried over is inside the cluster: translate them first, or ask for the plan of the cutover',
      suggestion: 'POST /v1/ingress-cutovers',
    },
    {
      path: 'action',
      code: 'gateway_stays',
      rule: 'MAP-34',
      message:
        "an Application Gateway that somebody brought stays, and so does AGIC's subnet; its range goes back to ipam only when Azure shows the subnet no more",
    },
  ],
  ENABLE_CILIUM: [
    {
      path: 'action',
      code: 'policies_unenforced',
      rule: 'MG-41',
      message: 'network policies are not enforced until all nodes are reimaged',
    },
  ],
};

function actionWarnings(action: ChangeAction): readonly Problem[] {
  return warningsOf[action] ?? [];
}
