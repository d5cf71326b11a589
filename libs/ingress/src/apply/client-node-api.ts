import {
  KubernetesObjectApi,
  PatchStrategy,
  Watch,
  type KubernetesListObject,
  type KubernetesObject,
  type V1APIResource,
  type V1DeleteOptions,
} from '@kubernetes/client-node';
import type { KindRef, KubeObject, ObjectRef } from '../domain/apply/kube-object.js';
import { refOf } from '../domain/apply/kube-object.js';
import { ClusterApi, ClusterRefusal, fieldManager, KindNotServed, type Listing, type Selection } from './cluster-api.js';
import { refusalOf } from './read-refusal.js';
import type { Session } from './sign-in.js';

const pageSize = 500;

class Objects extends KubernetesObjectApi {
  /** @throws KindNotServed */
  async kindOf(ref: KindRef): Promise<V1APIResource> {
    const found = await this.resource(ref.apiVersion, ref.kind).catch((error: unknown) => {
      const refusal = refusalOf(error);
      if (refusal instanceof ClusterRefusal && refusal.status === 404) return undefined;
      throw refusal;
    });
    if (!found) throw new KindNotServed(ref);
    return found;
  }
}

/** {@link ClusterApi} on the Kubernetes project's own client. */
export class ClientNodeApi extends ClusterApi {
  readonly #objects: Objects;
  readonly #watch: Watch;

  constructor(private readonly session: Session) {
    super();
    this.#objects = session.makeApiClient(Objects);
    this.#watch = new Watch(session);
  }

  override async find(ref: ObjectRef): Promise<KubeObject | undefined> {
    try {
      return (await this.#call(ref, () => this.#objects.read<KubernetesObject>(headerOf(ref)))) as KubeObject;
    } catch (error) {
      if (error instanceof ClusterRefusal && !(error instanceof KindNotServed) && error.status === 404) return undefined;
      throw error;
    }
  }

  override async apply(object: KubeObject, { dryRun, force }: { readonly dryRun: boolean; readonly force: boolean }): Promise<KubeObject> {
    const answer = await this.#call(object, () =>
      this.#objects.patch<KubernetesObject>(
        // The client fills in what is missing; what was rendered stays as it is.
        structuredClone(object) as KubernetesObject,
        undefined,
        dryRun ? 'All' : undefined,
        fieldManager,
        force,
        PatchStrategy.ServerSideApply,
      ),
    );
    return answer as KubeObject;
  }

  override async remove(object: KubeObject, { dryRun }: { readonly dryRun: boolean }): Promise<void> {
    const { uid } = object.metadata;
    const body: V1DeleteOptions = uid === undefined ? {} : { preconditions: { uid } };
    const gone = (error: unknown): undefined => {
      if (error instanceof ClusterRefusal && (error.status === 404 || error.status === 409)) return undefined;
      throw error;
    };
    const remove = () =>
      this.#objects.delete(headerOf(refOf(object)), undefined, dryRun ? 'All' : undefined, undefined, undefined, 'Background', body);
    await this.#call(object, remove).catch(gone);
  }

  override async list(selection: Selection): Promise<Listing> {
    const items: KubeObject[] = [];
    let resourceVersion = '';
    let next: string | undefined;
    do {
      const page = await this.#call(selection, () => this.#page(selection, next)).catch(noneServed);
      items.push(...page.items.map((item) => ({ ...item, apiVersion: selection.apiVersion, kind: selection.kind }) as KubeObject));
      resourceVersion = page.metadata?.resourceVersion ?? '';
      const { _continue, continue: more } = { ...(page.metadata as { readonly _continue?: string; readonly continue?: string }) };
      next = _continue ?? more;
    } while (next !== undefined && next !== '');
    return { items, resourceVersion };
  }

  override async watch(selection: Selection, after: string, tell: (object: KubeObject) => void, signal: AbortSignal): Promise<void> {
    const path = await this.#pathOf(selection);
    const query = { resourceVersion: after, labelSelector: selection.labels, timeoutSeconds: 60 };
    await new Promise<void>((ended) => {
      const stop = this.#watch.watch(
        path,
        query,
        (type: string, object: KubeObject) => {
          if (type === 'ADDED' || type === 'MODIFIED') tell(object);
        },
        () => ended(),
      );
      const abort = (): void => void stop.then((controller) => controller.abort()).finally(ended);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  override close(): void {
    void this.session.close();
  }

  #page({ apiVersion, kind, namespace, labels }: Selection, next: string | undefined) {
    return this.#objects.list(apiVersion, kind, namespace, undefined, undefined, undefined, undefined, labels, pageSize, next);
  }

  async #pathOf(selection: Selection): Promise<string> {
    const { name, namespaced } = await this.#objects.kindOf(selection);
    const { apiVersion, namespace } = selection;
    const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    return namespaced && namespace !== undefined ? `${root}/namespaces/${encodeURIComponent(namespace)}/${name}` : `${root}/${name}`;
  }

  async #call<T>(kind: KindRef, work: () => Promise<T>): Promise<T> {
    await this.#objects.kindOf(kind);
    try {
      return await work();
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

function noneServed(error: unknown): KubernetesListObject<KubernetesObject> {
  if (error instanceof KindNotServed) return { items: [] };
  throw error;
}

function headerOf({ apiVersion, kind, namespace, name }: ObjectRef) {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}
