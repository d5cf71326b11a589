import { worst, statusOf } from '../domain/apply/status-of.js';
import type { Applied } from './apply-objects.js';
import type { AppliedObject, ApplyView } from './apply-schemas.js';
import { fieldManager } from './cluster-api.js';

export interface AppliedTo {
  readonly gateway: string;
  readonly cluster: string;
  readonly dryRun: boolean;
}

export function viewApplied({ gateway, cluster, dryRun }: AppliedTo, applied: readonly Applied[]): ApplyView {
  const objects = applied.map((entry) => viewObject(entry, dryRun));
  const kept = objects.filter(({ action }) => action !== 'DELETED' && action !== 'LEFT');
  const count = (action: AppliedObject['action']): number => objects.filter((object) => object.action === action).length;
  return {
    gateway,
    cluster,
    dryRun,
    fieldManager,
    state: dryRun ? 'PLANNED' : worst(kept.map(({ state }) => state)),
    counts: {
      created: count('CREATED'),
      changed: count('CHANGED'),
      unchanged: count('UNCHANGED'),
      deleted: count('DELETED'),
      left: count('LEFT'),
    },
    objects,
  };
}

function viewObject({ object, action, asked }: Applied, dryRun: boolean): AppliedObject {
  const { apiVersion, kind, metadata } = object;
  const gone = dryRun || action === 'DELETED' || action === 'LEFT';
  const { state, reasons } = gone ? { state: 'NONE' as const, reasons: [] } : statusOf(object);
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace ?? null,
    name: metadata.name,
    action,
    checkedBy: asked ? 'CLUSTER' : 'SCHEMA',
    state,
    reasons: [...reasons],
  };
}
