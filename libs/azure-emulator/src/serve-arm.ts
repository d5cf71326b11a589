import { skusView, usagesView } from './core-usages.js';
import { abortOperation } from './abort-operation.js';
import { ArmError, badRequest } from './arm-error.js';
import { apiVersionOf, type ArmRequest, type ArmResponse } from './arm-request.js';
import { targetOf, type Target } from './arm-target.js';
import { deleteResource } from './delete-resource.js';
import { readResult, readStatus } from './operation-urls.js';
import { patchTags } from './patch-tags.js';
import { putResource, type Fate } from './put-resource.js';
import { existing, getResource, listGroup, listResources } from './read-resources.js';
import { versionsView } from './resource-types/kubernetes-versions.js';
import { featureView } from './resource-types/alb-add-on.js';
import { resourceGroupType } from './resource-types/resource-groups.js';
import { assumeWafPolicy, wafPolicyType } from './resource-types/waf-policies.js';
import { startAction } from './start-action.js';
import type { Throttling } from './throttling.js';
import type { World } from './world.js';

export type Serve = (request: ArmRequest, fate: Fate) => Promise<ArmResponse>;

/** Answers any ARM request: what ARM itself checks first, then what the path is about. */
export function armServer(world: World, throttling: Throttling): Serve {
  return async (request, fate) => {
    world.settle();
    if (request.principal === undefined) throw unauthenticated();
    checkApiVersion(request);
    const target = targetOf(request.path);
    checkSubscription(world, target);
    const limits = throttling.admit(request, target);
    try {
      const response = await answer(world, target, request, fate);
      return { ...response, headers: { ...limits, ...response.headers } };
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      const flat = error.facts.flat ?? flatFor(target, error);
      throw error.with({ headers: { ...limits, ...error.facts.headers }, flat });
    }
  };
}

function answer(world: World, target: Target, request: ArmRequest, fate: Fate): ArmResponse | Promise<ArmResponse> {
  if (target.kind === 'subscription') return subscriptionAnswer(world, target, request);
  if (target.kind === 'below') return belowAnswer(world, target, request);
  if (target.kind === 'collection') {
    if (request.method === 'GET') return listResources(world, target, request);
    throw methodNotAllowed(request);
  }
  switch (request.method) {
    case 'PUT':
      return putResource(world, target, request, fate);
    case 'GET':
      if (target.type === wafPolicyType) assumeWafPolicy(world, target.id);
      return getResource(world, target);
    case 'HEAD':
      return { status: world.store.get(target.id) ? 204 : 404 };
    case 'DELETE':
      return deleteResource(world, target, request, fate);
    case 'PATCH':
      return patchTags(world, target, request);
    default:
      throw methodNotAllowed(request);
  }
}

function belowAnswer(world: World, target: Extract<Target, { kind: 'below' }>, request: ArmRequest): ArmResponse {
  const { type, id, below } = target;
  const resource = existing(world, target);
  if (request.method === 'GET' && type === resourceGroupType && below === 'resources') return listGroup(world, id, request);
  const read = request.method === 'GET' ? type.reads?.[below] : undefined;
  if (read) return { status: 200, body: read(world, resource) };
  if (request.method === 'POST' && below === 'abort' && type.abortable) return abortOperation(world, resource, request);
  const post = request.method === 'POST' ? type.posts?.[below] : undefined;
  if (post) return { status: 200, body: post(world, resource) };
  const action = request.method === 'POST' ? type.actions?.[below] : undefined;
  if (action) return startAction(world, resource, action, request);
  throw new ArmError(404, 'InvalidResourceType', `The resource type '${below}' could not be found under '${type.type}'.`);
}

function subscriptionAnswer(world: World, { words, path }: Extract<Target, { kind: 'subscription' }>, request: ArmRequest): ArmResponse {
  const subscription = path.subscription ?? '';
  const lower = words.map((word) => word.toLowerCase());
  const last = lower.at(-2) ?? '';
  const id = words.at(-1) ?? '';
  if (lower[0] === 'providers' && (words.length === 2 || lower[2] === 'register'))
    return registration(subscription, words[1] ?? '', request);
  if (request.method !== 'GET') throw methodNotAllowed(request);
  if (words.length === 0) {
    return {
      status: 200,
      body: { id: `/subscriptions/${subscription}`, subscriptionId: subscription, displayName: subscription, state: 'Enabled' },
    };
  }
  if (last === 'operations' || last === 'operationstatuses') return readStatus(world, request, id);
  if (last === 'operationresults') return readResult(world, request, id);
  if (lower[0] === 'providers' && lower[2] === 'features' && words.length === 4)
    return { status: 200, body: featureView(world, subscription, words[1] ?? '', id) };
  if (lower[1] === 'microsoft.compute' && lower.at(-1) === 'skus') return { status: 200, body: skusView(request) };
  if (lower[1] === 'microsoft.compute' && lower.at(-1) === 'usages')
    return { status: 200, body: usagesView(world, subscription, words[3] ?? '') };
  if (lower.at(-1) === 'kubernetesversions') return { status: 200, body: versionsView(world.settings.kubernetesVersions) };
  throw new ArmError(404, 'InvalidResourceType', `The resource type '${words.join('/')}' could not be found.`);
}

/** All providers are registered from the start; registering one again is fine. */
function registration(subscription: string, namespace: string, request: ArmRequest): ArmResponse {
  if (request.method !== 'GET' && request.method !== 'POST') throw methodNotAllowed(request);
  return { status: 200, body: { id: `/subscriptions/${subscription}/providers/${namespace}`, namespace, registrationState: 'Registered' } };
}

function checkApiVersion(request: ArmRequest): void {
  const version = apiVersionOf(request);
  if (version === '') {
    throw badRequest('MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.');
  }
  if (!/^\d{4}-\d{2}-\d{2}(-(alpha|beta|preview|privatepreview|rc))?$/.test(version)) {
    throw badRequest('InvalidApiVersionParameter', `The api-version '${version}' is invalid.`);
  }
}

function checkSubscription({ settings }: World, { path }: Target): void {
  const { subscription } = path;
  if (subscription === undefined || !settings.subscriptions) return;
  if (settings.subscriptions.some((known) => known.toLowerCase() === subscription.toLowerCase())) return;
  throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
}

/** What the AKS provider itself refuses comes without the envelope; what ARM refuses before it comes with it. */
function flatFor(target: Target, { status, code }: ArmError): boolean {
  const isAks = target.kind !== 'subscription' && target.type.flatErrors === true;
  return (
    isAks &&
    status !== 404 &&
    ![
      'LocationRequired',
      'InvalidRequestContent',
      'InvalidResourceLocation',
      'SubscriptionRequestsThrottled',
      'ResourceGroupBeingDeleted',
    ].includes(code)
  );
}

const methodNotAllowed = ({ method }: ArmRequest): ArmError =>
  new ArmError(405, 'HttpMethodNotSupported', `The HTTP method '${method}' is not supported at this scope.`);

const unauthenticated = (): ArmError =>
  new ArmError(401, 'AuthenticationFailed', 'Authentication failed. The Authorization header is missing.', {
    headers: { 'www-authenticate': 'Bearer authorization_uri="https://login.microsoftonline.com/common", error="invalid_token"' },
  });
