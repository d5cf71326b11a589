import { Conflict, InvalidRequest, type DomainError, type Problem } from '@podspan/errors';
import { textOf, type ObjectRef } from '../domain/apply/kube-object.js';
import { KindNotServed, type ClusterRefusal } from './cluster-api.js';

/** What an API server has against one object, every cause of it. */
export function problemsOfRefusal(ref: ObjectRef, refusal: ClusterRefusal): readonly Problem[] {
  const path = textOf(ref);
  if (refusal instanceof KindNotServed) return [notServed(refusal)];
  if (refusal.status === 404) return [missingNamespace(path, ref)];
  if (refusal.status === 401 || refusal.status === 403) return [forbidden(path, refusal)];
  const conflicts = refusal.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (conflicts.length > 0) return conflicts.map(({ message, field = '' }) => fieldConflict(path + field, message));
  const causes = refusal.causes.length > 0 ? refusal.causes : [{ reason: refusal.reason, message: refusal.message }];
  return causes.map(({ message }) => ({ path, code: 'object_refused', message: `the cluster refuses the object: ${message}` }));
}

export function foreignObject(ref: ObjectRef, owner: string | undefined): Problem {
  const whose = owner === undefined ? 'nobody marked it as made by Podspan' : `it belongs to the gateway of namespace '${owner}'`;
  return {
    path: textOf(ref),
    code: 'foreign_object',
    message: `there is such an object already, and ${whose}`,
    ...(owner === undefined ? {} : { conflictsWith: owner }),
    suggestion: 'remove it, or apply with force to take it over',
  };
}

/** 409 when others are in the way, which force overcomes; 422 for everything else. Each problem once. */
export function refusedApply(problems: readonly Problem[], facts: Readonly<Record<string, unknown>> = {}): DomainError {
  const unique = [...new Map(problems.map((problem) => [`${problem.path} ${problem.code} ${problem.message}`, problem])).values()];
  const inTheWay = unique.every(({ code }) => code === 'field_conflict' || code === 'foreign_object');
  if (!inTheWay) return new InvalidRequest(unique, { facts });
  const [first] = unique;
  return new Conflict(
    first?.code ?? 'field_conflict',
    `others manage what is to be applied, in ${unique.length} places; nothing was applied`,
    {
      problems: unique,
      facts,
    },
  );
}

function fieldConflict(path: string, message: string): Problem {
  const manager = /conflict with "([^"]*)"/.exec(message)?.[1] ?? 'another manager';
  return {
    path,
    code: 'field_conflict',
    message: `the field manager '${manager}' has set the field to another value`,
    conflictsWith: manager,
    suggestion: `have it removed there, or apply with force to take it over from '${manager}'`,
  };
}

function notServed({ of: { apiVersion, kind } }: KindNotServed): Problem {
  return {
    path: kind,
    code: 'crd_missing',
    message: `the cluster does not serve ${apiVersion} ${kind}`,
    value: apiVersion,
    suggestion: "install the ALB Controller, which brings the CRDs: the gateway's `controller` says which release and values",
    rule: 'AGC-30',
  };
}

function missingNamespace(path: string, { namespace = '' }: ObjectRef): Problem {
  return {
    path,
    code: 'namespace_missing',
    message: `there is no namespace '${namespace}' in the cluster`,
    value: namespace,
    suggestion: 'create it with the Service it is for; Podspan creates its own namespace only',
  };
}

function forbidden(path: string, { message }: ClusterRefusal): Problem {
  return {
    path,
    code: 'cluster_forbidden',
    message: `the identity of Podspan may not do that in the cluster: ${message}`,
    suggestion: 'give it the role Azure Kubernetes Service RBAC Cluster Admin, or a ClusterRole for the kinds of ingress',
  };
}
