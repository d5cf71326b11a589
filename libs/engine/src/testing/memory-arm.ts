import { Arm, ArmFailure, type ArmFailureFacts, type ArmOutcome, type ArmRequest, type ArmResource, type KubernetesVersion } from '@podspan/azure';

interface Stored {
  resource: ArmResource;
  /** Reads until a running operation ends. */
  readsLeft: number;
  end: 'Succeeded' | 'Failed' | 'Canceled';
  failure: ArmFailureFacts | undefined;
}

type Call = 'begin' | 'poll' | 'get' | 'abort';

/** What happens instead of the answer; returns undefined to let the call through. */
export type Hook = (call: Call, target: string) => ArmFailure | undefined | Promise<ArmFailure | undefined>;

export function failureFacts(facts: Partial<ArmFailureFacts>): ArmFailureFacts {
  return { code: 'Unknown', message: 'a failure', requestIds: {}, class: 'FATAL', mustAct: 'USER', ...facts };
}

/** ARM in this process, for the cases in which the test must decide what the next answer is. */
export class MemoryArm extends Arm {
  readonly accepted: ArmRequest[] = [];
  readonly calls: { readonly call: Call; readonly target: string; readonly at: number }[] = [];
  readonly resources = new Map<string, Stored>();
  /** Reads a new operation takes; 0 ends it at once. */
  pollsToFinish = 2;
  nextEnd: { readonly end: Stored['end']; readonly failure?: ArmFailureFacts } | undefined;
  before: Hook = () => undefined;
  after: Hook = () => undefined;

  override async begin(request: ArmRequest): Promise<ArmOutcome> {
    const { resourceId } = request;
    await this.#enter('begin', resourceId);
    const there = this.resources.get(resourceId);
    if (there && request.ifNoneMatch) throw new ArmFailure(failureFacts({ httpStatus: 412, code: 'PreconditionFailed', class: 'ADOPT' }));
    if (request.ifMatch && request.ifMatch !== there?.resource.etag) throw new ArmFailure(failureFacts({ httpStatus: 412, code: 'PreconditionFailed', class: 'ADOPT' }));
    this.accepted.push(request);
    const end = this.nextEnd ?? { end: 'Succeeded' as const };
    this.nextEnd = undefined;
    const running = this.pollsToFinish > 0;
    const stored: Stored = { resource: resourceOf(request, running ? 'Creating' : end.end, this.accepted.length), readsLeft: this.pollsToFinish, end: end.end, failure: end.failure };
    this.resources.set(resourceId, stored);
    const lost = await this.after('begin', resourceId);
    if (lost) throw lost;
    return running ? { state: 'RUNNING', token: `token:${resourceId}`, httpStatus: 201 } : this.#outcome(stored);
  }

  override async poll(token: string): Promise<ArmOutcome> {
    const resourceId = token.slice('token:'.length);
    await this.#enter('poll', resourceId);
    const stored = this.resources.get(resourceId);
    if (!stored) return { state: 'SUCCEEDED', httpStatus: 200 };
    this.#turn(stored);
    return this.#outcome(stored);
  }

  override async get(resourceId: string): Promise<ArmResource | undefined> {
    await this.#enter('get', resourceId);
    const stored = this.resources.get(resourceId);
    if (stored) this.#turn(stored);
    return stored?.resource;
  }

  override async abort(resourceId: string): Promise<ArmOutcome> {
    await this.#enter('abort', resourceId);
    const stored = this.resources.get(resourceId);
    if (stored) stored.end = 'Canceled';
    return { state: 'SUCCEEDED', httpStatus: 202 };
  }

  override listClusters(): Promise<readonly ArmResource[]> {
    return Promise.resolve([...this.resources.values()].map(({ resource }) => resource));
  }

  override listVirtualNetworks(): Promise<readonly ArmResource[]> {
    return Promise.resolve([]);
  }

  override kubernetesVersions(): Promise<readonly KubernetesVersion[]> {
    return Promise.resolve([]);
  }

  /** Puts a resource there that nobody of ours wrote. */
  put(resourceId: string, body: Readonly<Record<string, unknown>>, provisioningState = 'Succeeded'): void {
    const request: ArmRequest = { method: 'PUT', resourceId, apiVersion: '2026-06-01', body, clientRequestId: '' };
    this.resources.set(resourceId, { resource: resourceOf(request, provisioningState, 0), readsLeft: 0, end: 'Succeeded', failure: undefined });
  }

  setState(resourceId: string, provisioningState: string): void {
    const stored = this.resources.get(resourceId);
    if (stored) this.#become(stored, provisioningState);
  }

  async #enter(call: Call, target: string): Promise<void> {
    this.calls.push({ call, target, at: performance.now() });
    const failure = await this.before(call, target);
    if (failure) throw failure;
  }

  #turn(stored: Stored): void {
    if (stored.readsLeft === 0) return;
    stored.readsLeft -= 1;
    if (stored.readsLeft === 0) this.#become(stored, stored.end);
  }

  #become(stored: Stored, provisioningState: string): void {
    const { raw, ...rest } = stored.resource;
    const wire = raw as { properties: object };
    stored.resource = { ...rest, provisioningState, raw: { ...wire, properties: { ...wire.properties, provisioningState } } };
  }

  #outcome(stored: Stored): ArmOutcome {
    if (stored.readsLeft > 0) return { state: 'RUNNING', token: `token:${stored.resource.id}`, httpStatus: 200 };
    if (stored.end === 'Succeeded') return { state: 'SUCCEEDED', httpStatus: 200, resource: stored.resource };
    const failure = stored.failure ?? failureFacts({ code: stored.end, httpStatus: 200 });
    return { state: stored.end === 'Failed' ? 'FAILED' : 'CANCELED', failure, resource: stored.resource };
  }
}

function resourceOf({ resourceId, body }: ArmRequest, provisioningState: string, version: number): ArmResource {
  const wire = (body ?? {}) as { tags?: Record<string, string>; properties?: object };
  return {
    id: resourceId,
    name: resourceId.slice(resourceId.lastIndexOf('/') + 1),
    type: '',
    ...(wire.tags ? { tags: wire.tags } : {}),
    etag: `"${version}"`,
    provisioningState,
    raw: { ...wire, id: resourceId, properties: { ...wire.properties, provisioningState } },
  };
}
