import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { apiVersions } from './api-versions.js';
import { Arm, type ArmOutcome, type ArmRequest, type ArmResource, type CoreQuotas, type KubernetesVersion } from './arm.js';
import { coreQuotasOf } from './core-quotas.js';
import { clusterCredentialOf, type ClusterCredential } from './cluster-credential.js';
import type { Met } from './domain/classify.js';
import { readEnvelope } from './domain/error-envelope.js';
import { parseResourceId } from './domain/resource-id.js';
import { isFields, operationStanding, readResource } from './domain/resource.js';
import type { WaitBounds } from './domain/retry-after.js';
import { endedBadly, failureOf, refused } from './failures.js';
import { kubernetesVersionsOf } from './kubernetes-versions.js';
import { readToken, writeToken } from './operation-token.js';
import { resourceIn, running, saysAbsent, settled, succeeded, type Write } from './outcomes.js';
import { type Call, newCall, within } from './sdk/call.js';
import type { Catalog } from './sdk/catalog.js';
import { groupOf, nameAt, type ResourceOperations, type Started } from './sdk/operations.js';

/** {@link Arm} on Microsoft's own clients. */
export class SdkArm extends Arm {
  readonly #catalog: Catalog;
  readonly #bounds: WaitBounds;
  readonly #credential: TokenCredential;

  constructor(catalog: Catalog, bounds: WaitBounds, credential: TokenCredential) {
    super();
    this.#catalog = catalog;
    this.#bounds = bounds;
    this.#credential = credential;
  }

  override async begin(request: ArmRequest): Promise<ArmOutcome> {
    const { method, apiVersion, clientRequestId, ifMatch, ifNoneMatch } = request;
    if (ifMatch !== undefined && ifNoneMatch !== undefined) {
      throw refused('BadRequest', 'If-Match and If-None-Match exclude one another', clientRequestId);
    }
    const id = parseResourceId(request.resourceId);
    const operations = await this.#catalog.operations(id);
    const action = actionOf(operations, request);
    const body = isFields(request.body) ? request.body : {};
    const call = newCall({
      clientRequestId,
      resourceId: id.id,
      apiVersion,
      ...(typeof body['location'] === 'string' ? { region: body['location'] } : {}),
      write: method === 'PUT' ? { ...request, method, body } : { ...request, method, body: undefined },
    });
    const start = () => (method === 'PUT' ? operations.put(body) : method === 'DELETE' ? operations.remove() : action());
    return this.#submit(call, { method, resourceId: id.id, apiVersion }, operations, start);
  }

  override async abort(resourceId: string, apiVersion: string, clientRequestId: string): Promise<ArmOutcome> {
    const id = parseResourceId(resourceId);
    const operations = await this.#catalog.operations(id);
    const { abort } = operations;
    if (abort === undefined) throw refused('AbortNotSupported', `operations on ${id.type} cannot be aborted`, clientRequestId);
    const call = newCall({ clientRequestId, resourceId: id.id, apiVersion, write: { method: 'POST' } });
    return this.#submit(call, { method: 'POST', resourceId: id.id, apiVersion }, operations, abort);
  }

  override async poll(token: string, clientRequestId: string = randomUUID()): Promise<ArmOutcome> {
    const { kind: _, state, ...write } = readToken(token);
    const operations = await this.#catalog.operations(parseResourceId(write.resourceId));
    const call = newCall({ clientRequestId, resourceId: write.resourceId, apiVersion: write.apiVersion });
    if (state === undefined) return this.#run(call, 'STATUS', () => this.#readBack(call, write, operations));
    return within(call, async () => {
      try {
        const poller = operations.restore(state);
        await poller.poll();
        if (poller.isDone) return await this.#finish(call, write, operations);
        return running(call, token, this.#bounds, resourceIn(call, write.resourceId));
      } catch (error) {
        return this.#afterThrow(call, write, operations, error);
      }
    });
  }

  override async get(resourceId: string, apiVersion: string, clientRequestId: string = randomUUID()): Promise<ArmResource | undefined> {
    const id = parseResourceId(resourceId);
    const operations = await this.#catalog.operations(id);
    const call = newCall({ clientRequestId, resourceId: id.id, apiVersion });
    return this.#run(call, 'READ', async () => {
      await operations.get().catch((error: unknown) => {
        // An answer that the SDK cannot digest is still an answer.
        if (!saysAbsent(call) && resourceIn(call, id.id) === undefined) throw error;
      });
      return resourceIn(call, id.id);
    });
  }

  override async listClusters(subscriptionId: string): Promise<readonly ArmResource[]> {
    const { clientOf } = await this.#catalog.containerService();
    return this.#list(() => clientOf({ subscriptionId }).managedClusters.list());
  }

  override async listVirtualNetworks(subscriptionId: string): Promise<readonly ArmResource[]> {
    const { clientOf } = await this.#catalog.network();
    return this.#list(() => clientOf({ subscriptionId }).virtualNetworks.listAll());
  }

  override async clusterCredential(clusterId: string): Promise<ClusterCredential | undefined> {
    const id = parseResourceId(clusterId);
    const { clientOf } = await this.#catalog.containerService();
    const call = newCall({ clientRequestId: randomUUID(), resourceId: id.id, apiVersion: apiVersions.containerService });
    const body = await this.#run(call, 'READ', async () => {
      try {
        await clientOf(id).managedClusters.listClusterUserCredentials(groupOf(id), nameAt(id, 0));
      } catch (error) {
        if (!saysAbsent(call)) throw error;
      }
      return saysAbsent(call) ? undefined : (call.exchanges.at(-1)?.body ?? {});
    });
    return body === undefined ? undefined : clusterCredentialOf(body, this.#credential, call.clientRequestId);
  }

  override async kubernetesVersions(subscriptionId: string, region: string): Promise<readonly KubernetesVersion[]> {
    const { clientOf } = await this.#catalog.containerService();
    const call = newCall({ clientRequestId: randomUUID(), region });
    return this.#run(call, 'READ', async () =>
      kubernetesVersionsOf(await clientOf({ subscriptionId }).managedClusters.listKubernetesVersions(region)),
    );
  }

  override async coreQuotas(subscriptionId: string, region: string): Promise<CoreQuotas> {
    const compute = `/subscriptions/${subscriptionId}/providers/Microsoft.Compute`;
    const [usages, skus] = await Promise.all([
      this.#collection(`${compute}/locations/${region}/usages`, { 'api-version': apiVersions.computeUsages }, region),
      this.#collection(`${compute}/skus`, { 'api-version': apiVersions.computeSkus, $filter: `location eq '${region}'` }, region),
    ]);
    return coreQuotasOf(usages, skus);
  }

  async #collection(path: string, query: Readonly<Record<string, string>>, region: string): Promise<readonly unknown[]> {
    const read = await this.#catalog.collections();
    const call = newCall({ clientRequestId: randomUUID(), region });
    return this.#run(call, 'READ', async () => {
      await read(path, query);
      return call.exchanges.flatMap(({ body }): unknown[] => (isFields(body) && Array.isArray(body['value']) ? body['value'] : []));
    });
  }

  #submit(call: Call, write: Write, operations: ResourceOperations, start: () => Started): Promise<ArmOutcome> {
    return this.#run(call, 'WRITE', async () => {
      const started = start();
      try {
        await ('poller' in started ? started.poller.submitted() : started.answer);
      } catch (error) {
        // What is not there need not be removed.
        if (write.method === 'DELETE' && saysAbsent(call)) return succeeded(call);
        throw error;
      }
      if ('answer' in started || started.poller.isDone) return this.#finish(call, write, operations);
      // Serialised now, while nothing has gone wrong: a poller that has thrown serialises its failure for good.
      const token = writeToken({ kind: 'lro', ...write, state: await started.poller.serialize() });
      return running(call, token, this.#bounds, resourceIn(call, write.resourceId));
    });
  }

  async #finish(call: Call, write: Write, operations: ResourceOperations): Promise<ArmOutcome> {
    if (write.method === 'DELETE') return succeeded(call);
    const resource = resourceIn(call, write.resourceId);
    return resource ? settled(call, write, resource, this.#bounds) : this.#readBack(call, write, operations);
  }

  async #readBack(call: Call, write: Write, operations: ResourceOperations): Promise<ArmOutcome> {
    await operations.get();
    const resource = resourceIn(call, write.resourceId);
    return resource ? settled(call, write, resource, this.#bounds) : succeeded(call);
  }

  /** The SDK throws alike for an operation that failed and for a status it could not read; the wire tells them apart. */
  async #afterThrow(call: Call, write: Write, operations: ResourceOperations, error: unknown): Promise<ArmOutcome> {
    const resource = resourceIn(call, write.resourceId);
    if (resource) return settled(call, write, resource, this.#bounds);
    const last = call.exchanges.at(-1);
    const standing = !call.awaiting && last !== undefined && last.status < 400 ? operationStanding(last.body) : undefined;
    if (last !== undefined && (standing === 'FAILED' || standing === 'CANCELED')) {
      if (readEnvelope(last.body)) return endedBadly(standing, call, last.body);
      // Without a reason in the status, the resource may know.
      await operations.get().catch(() => undefined);
      return endedBadly(standing, call, undefined, resourceIn(call, write.resourceId));
    }
    throw failureOf(call, error, call.exchanges.length > 1 ? 'READ' : 'STATUS', this.#bounds);
  }

  /** All pages; the items as they came, since the SDK's own drop what they do not model. */
  async #list(pages: () => AsyncIterable<unknown>): Promise<readonly ArmResource[]> {
    const call = newCall({ clientRequestId: randomUUID() });
    return this.#run(call, 'READ', async () => {
      for await (const _ of pages()) {
        // The SDK follows the links; the wire has the items.
      }
      return call.exchanges
        .flatMap(({ body }) => (isFields(body) && Array.isArray(body['value']) ? body['value'] : []))
        .flatMap((item: unknown) => readResource(item, '') ?? []);
    });
  }

  #run<T>(call: Call, met: Met, work: () => Promise<T>): Promise<T> {
    return within(call, async () => {
      try {
        return await work();
      } catch (error) {
        throw failureOf(call, error, met, this.#bounds);
      }
    });
  }
}

/** What a POST starts. @throws ArmFailure for what the type has no action for */
function actionOf({ actions }: ResourceOperations, { method, action = '', resourceId, clientRequestId }: ArmRequest): () => Started {
  const known = actions?.[action];
  if (method === 'POST' && known === undefined)
    throw refused('ActionNotSupported', `there is no action '${action}' on ${resourceId}`, clientRequestId);
  return known ?? (() => ({ answer: Promise.resolve() }));
}
