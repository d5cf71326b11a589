import type { KindRef, KubeObject, ObjectRef } from '../domain/apply/kube-object.js';

/** Who Podspan is among the field managers of an object. */
export const fieldManager = 'podspan';

export interface Selection extends KindRef {
  /** All namespaces by default. */
  readonly namespace?: string | undefined;
  readonly labels: string;
}

export interface Listing {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** A cluster's API server, signed in. Calls throw {@link ClusterRefusal}, or Transient when it does not answer. */
export abstract class ClusterApi {
  abstract find(ref: ObjectRef): Promise<KubeObject | undefined>;

  /** Server-side apply as field manager `podspan`. With `dryRun` the server checks everything and keeps nothing. */
  abstract apply(object: KubeObject, how: { readonly dryRun: boolean; readonly force: boolean }): Promise<KubeObject>;

  /** This very object, by its uid; one that is gone or was replaced is left alone. */
  abstract remove(object: KubeObject, how: { readonly dryRun: boolean }): Promise<void>;

  /** Nothing, where the cluster does not serve the kind. */
  abstract list(selection: Selection): Promise<Listing>;

  /** Tells every change after a revision until the server ends the stream, or `signal` does. Throws nothing: whoever watches lists again. */
  abstract watch(selection: Selection, after: string, tell: (object: KubeObject) => void, signal: AbortSignal): Promise<void>;

  abstract close(): void;
}

/** Signs in to clusters. */
export abstract class ClusterAccess {
  /**
   * @param clusterId ARM id
   * @throws Conflict `cluster_gone`, `cluster_access_denied`, `unusable_kubeconfig`; Transient
   */
  abstract open(clusterId: string): Promise<ClusterApi>;
}

/** The API server said no. */
export class ClusterRefusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly causes: readonly RefusalCause[] = [],
  ) {
    super(message);
  }
}

export interface RefusalCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

/** The cluster has no such kind: its CRDs are not installed. */
export class KindNotServed extends ClusterRefusal {
  constructor(readonly of: KindRef) {
    super(404, 'KindNotServed', `the cluster does not serve ${of.apiVersion} ${of.kind}`);
  }
}
