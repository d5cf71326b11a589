import { explain, silent } from './explain-reason.js';
import { listAt, type KubeObject } from './kube-object.js';

/** NONE: nobody reports on such an object. */
export type ObjectState = 'READY' | 'WAITING' | 'REFUSED' | 'NONE';

export interface Reason {
  readonly condition: string;
  readonly reason: string;
  readonly message: string;
  readonly explanation: string | null;
  readonly rule: string | null;
}

export interface ObjectStatus {
  readonly state: ObjectState;
  /** Why it is not READY. */
  readonly reasons: readonly Reason[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

const albGroup = 'alb.networking.azure.io/';
const gatewayGroup = 'gateway.networking.k8s.io/';
/** Of the AGC kinds, the one whose readiness is a condition of its own (AGC-40). */
const loadBalancer = 'ApplicationLoadBalancer';
/** Reasons of a condition that is False because it is not True yet. */
const notYet = new Set(['Pending', 'InProgress', 'Provisioning', 'Waiting', '']);

/** What the controller has said about the object as it is now; what it said about an older generation does not count. */
export function statusOf(object: KubeObject): ObjectStatus {
  const { apiVersion, kind } = object;
  if (apiVersion.startsWith(gatewayGroup) && kind === 'Gateway')
    return together([...conditionSets(object, ['Accepted', 'Programmed']), ...listenerSets(object)]);
  if (apiVersion.startsWith(gatewayGroup) && (kind === 'HTTPRoute' || kind === 'GRPCRoute')) return together(parentSets(object));
  if (apiVersion.startsWith(albGroup))
    return together(conditionSets(object, kind === loadBalancer ? ['Accepted', 'Deployment'] : ['Accepted']));
  return { state: 'NONE', reasons: [] };
}

/** The state of all together: what is refused outweighs what is waited for. */
export function worst(states: readonly ObjectState[]): Exclude<ObjectState, 'NONE'> {
  return (['REFUSED', 'WAITING'] as const).find((state) => states.includes(state)) ?? 'READY';
}

function together(statuses: readonly ObjectStatus[]): ObjectStatus {
  return { state: worst(statuses.map(({ state }) => state)), reasons: statuses.flatMap(({ reasons }) => reasons) };
}

function conditionSets(object: KubeObject, needed: readonly string[]): readonly ObjectStatus[] {
  return [judged(conditionsOf(object.status, object.metadata.generation), needed)];
}

/** Listeners without conditions are covered by the Gateway's own. */
function listenerSets(object: KubeObject): readonly ObjectStatus[] {
  return listAt(object.status, 'listeners').map((listener) => judged(conditionsOf(listener, object.metadata.generation), []));
}

/** Every parent that the route names must have answered. */
function parentSets(object: KubeObject): readonly ObjectStatus[] {
  const told = listAt(object.status, 'parents').filter(
    ({ controllerName }) => typeof controllerName === 'string' && controllerName.startsWith(albGroup),
  );
  const missing = Math.max(0, listAt(object.spec, 'parentRefs').length - told.length);
  return [
    ...told.map((parent) => judged(conditionsOf(parent, object.metadata.generation), ['Accepted', 'ResolvedRefs'])),
    ...Array.from({ length: missing }, () => judged([], ['Accepted'])),
  ];
}

function judged(conditions: readonly Condition[], needed: readonly string[]): ObjectStatus {
  const missing = needed.filter((type) => !conditions.some((condition) => condition.type === type));
  const unmet = conditions.filter(({ type, status }) => (type === 'Conflicted' ? status === 'True' : status !== 'True'));
  const refused = unmet.filter(({ status, reason }) => status !== 'Unknown' && !notYet.has(reason));
  const reasons = [...unmet.map(reasonOf), ...missing.map(unsaid)];
  if (refused.length > 0) return { state: 'REFUSED', reasons };
  return { state: reasons.length > 0 ? 'WAITING' : 'READY', reasons };
}

function conditionsOf(holder: unknown, generation: number | undefined): readonly Condition[] {
  return listAt(holder, 'conditions').flatMap((condition) => {
    const { type, status, reason = '', message = '', observedGeneration } = condition;
    const stale = typeof observedGeneration === 'number' && generation !== undefined && observedGeneration < generation;
    return stale || typeof type !== 'string' ? [] : [{ type, status: String(status), reason: String(reason), message: String(message) }];
  });
}

function reasonOf({ type, reason, message }: Condition): Reason {
  const explanation = explain(reason);
  return { condition: type, reason, message, explanation: explanation?.text ?? null, rule: explanation?.rule ?? null };
}

function unsaid(condition: string): Reason {
  return { condition, reason: 'NotReported', message: 'there is no such condition yet', explanation: silent.text, rule: silent.rule };
}
