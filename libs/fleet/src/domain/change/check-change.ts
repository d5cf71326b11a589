import { problem, problemIf } from '@podspan/aks';
import type { Problem } from '@podspan/errors';
import type { ChangeAction } from './change-input.js';
import { at, type ChangeSurroundings, type ChangeTarget } from './change-target.js';
import { ingressMigrationProblems } from '../ingress/check-ingress-migration.js';
import { ciliumProblems, expandProblems } from './check-network-change.js';
import { migrateProblems } from './check-migrate.js';
import { upgradeProblems } from './check-upgrade.js';

/** What an action cannot undo, and why a person must say that it is meant (MG-34). */
const irreversible: Readonly<Record<ChangeAction, string | undefined>> = {
  MIGRATE_TO_OVERLAY: 'moving to overlay cannot be undone, and all nodes are reimaged at once',
  EXPAND_POD_CIDR: 'a pod range cannot be made smaller again',
  ENABLE_CILIUM: 'the Cilium data plane cannot be left again, and policies are not enforced until all nodes are reimaged',
  UPGRADE: undefined,
  DELETE: 'the clusters and everything Podspan made for them are deleted',
  MIGRATE_INGRESS: 'AGIC is switched off in the end, and an Application Gateway that its add-on made goes with it',
};

const irreversibleRules: Partial<Record<ChangeAction, string>> = { EXPAND_POD_CIDR: 'OV-101', MIGRATE_INGRESS: 'MAP-34' };

/** MG-06, MG-34, OV-101: asked for in every request that starts something; a dry run only says it. */
export function needsConfirmation(action: ChangeAction, upgradesVersion: boolean): Problem | undefined {
  const why = irreversible[action] ?? (upgradesVersion ? 'a Kubernetes version cannot be taken back' : undefined);
  if (why === undefined) return undefined;
  return problem({
    path: 'confirmIrreversible',
    code: 'confirmation_required',
    rule: irreversibleRules[action] ?? 'MG-34',
    message: why,
    suggestion: 'look at the dry run, then send confirmIrreversible: true',
  });
}

/** Every precondition that a cluster fails, each with its rule. */
export function checkChange(action: ChangeAction, target: ChangeTarget, around: ChangeSurroundings): readonly Problem[] {
  return at(target, [...checkHand(target), ...checkStanding(action, target), ...checkRules(action, target, around)]);
}

/** QUO-31: one mutating operation per cluster, and one rollout. */
function checkHand({ known, name }: ChangeTarget): readonly Problem[] {
  return problemIf(known?.busyWith !== undefined, {
    path: '',
    code: 'cluster_busy',
    rule: 'QUO-31',
    message: `rollout '${known?.busyWith}' has it in hand`,
    value: name,
    conflictsWith: known?.busyWith,
    suggestion: 'wait until that rollout is over, or cancel it',
  });
}

function checkStanding(action: ChangeAction, { azure, known }: ChangeTarget): readonly Problem[] {
  if (action === 'DELETE') return [];
  if (!azure)
    return [
      problem({
        path: '',
        code: 'cluster_not_found',
        message: known ? `it is ${known.state} in Podspan and does not exist in Azure` : 'it does not exist in Azure',
        suggestion: 'look for its name, its resource group and its subscription',
      }),
    ];
  return [
    ...problemIf(azure.stopped, {
      path: '',
      code: 'cluster_stopped',
      message: 'it is stopped; a stopped cluster can only be started or deleted',
      value: 'Stopped',
      suggestion: 'start it, or leave it out of the rollout',
    }),
    // An upgrade is a way out of a failed state; what cannot be undone is not begun in one.
    ...problemIf(action !== 'UPGRADE' && ['failed', 'canceled'].includes(azure.provisioningState.toLowerCase()), {
      path: '',
      code: 'cluster_not_healthy',
      message: `its last operation ended ${azure.provisioningState}`,
      value: azure.provisioningState,
      conflictsWith: 'Succeeded',
      suggestion: 'reconcile it first: repeat its last update',
    }),
  ];
}

function checkRules(action: ChangeAction, target: ChangeTarget, around: ChangeSurroundings): readonly Problem[] {
  const { azure, known } = target;
  if (action === 'DELETE') return deleteProblems(target);
  if (!azure) return [];
  switch (action) {
    case 'MIGRATE_TO_OVERLAY':
      return migrateProblems(azure, target, around);
    case 'EXPAND_POD_CIDR':
      return expandProblems(azure, known, target.asked, around);
    case 'ENABLE_CILIUM':
      return ciliumProblems(azure);
    case 'UPGRADE':
      return upgradeProblems(azure, target.asked, around);
    case 'MIGRATE_INGRESS':
      return ingressMigrationProblems(azure, target.asked.ingress ?? {});
  }
}

function deleteProblems({ known, azure }: ChangeTarget): readonly Problem[] {
  return problemIf(known?.created !== true, {
    path: '',
    code: known || azure ? 'not_created_by_podspan' : 'unknown_cluster',
    message: 'Podspan did not make it, so it does not take it away',
    suggestion: 'delete it where it was made',
  });
}
