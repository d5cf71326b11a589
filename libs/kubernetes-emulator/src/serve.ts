import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cluster, Place } from './cluster.js';
import { groupList, resourceList, versionView } from './discovery.js';
import { isFields } from './kube-object.js';
import { apiVersionOf } from './kinds.js';
import { Refusal } from './refusal.js';
import { labelsOf, targetOf, type Target } from './request.js';
import { watchObjects } from './watch-objects.js';
import { applyObject, mergeObject, mergeStatus, putObject, type FaultsOf, type Write } from './write-objects.js';

export interface Served {
  readonly cluster: Cluster;
  readonly kubernetesVersion: string;
  readonly faultsOf: FaultsOf;
}

/** Answers one request below a cluster. `body` is parsed JSON. @throws Refusal */
export function serve(served: Served, request: IncomingMessage, response: ServerResponse, url: URL, path: string, body: unknown): void {
  const { cluster } = served;
  const target = targetOf(path, cluster.kinds);
  if (target.what === 'version') return send(response, 200, versionView(served.kubernetesVersion));
  if (target.what === 'groups') return send(response, 200, groupList(cluster.kinds));
  if (target.what === 'discovery') return send(response, 200, resourceList(target.apiVersion, cluster.kinds));
  const { method = 'GET' } = request;
  if (target.what === 'collection') return serveCollection(served, target, request, response, url, body);
  const place: Place = target;
  const write = writeOf(place, request, url, body);
  if (method === 'GET') return send(response, 200, cluster.get(place));
  if (method === 'DELETE') return remove(cluster, write, response);
  if (target.what === 'status' && method === 'PATCH') return send(response, 200, mergeStatus(cluster, write));
  if (method === 'PUT') return send(response, 200, putObject(cluster, write, served.faultsOf));
  if (method === 'PATCH') return patch(served, write, String(request.headers['content-type']), response);
  throw new Refusal(405, 'MethodNotAllowed', `${method} is not allowed here`);
}

function serveCollection(
  { cluster, faultsOf }: Served,
  { kind, namespace }: Extract<Target, { what: 'collection' }>,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  body: unknown,
): void {
  const selection = { kind, namespace, labels: labelsOf(url.searchParams.get('labelSelector')) };
  if (request.method === 'POST') {
    const metadata = isFields(body) && isFields(body['metadata']) ? body['metadata'] : {};
    const place = { kind, namespace, name: typeof metadata['name'] === 'string' ? metadata['name'] : '' };
    if (cluster.find(place)) throw new Refusal(409, 'AlreadyExists', `${kind.plural} "${place.name}" already exists`);
    return send(response, 201, putObject(cluster, writeOf(place, request, url, body), faultsOf));
  }
  if (request.method !== 'GET') throw new Refusal(405, 'MethodNotAllowed', `${request.method ?? ''} is not allowed here`);
  if (url.searchParams.get('watch') === 'true') return watchObjects(cluster, selection, url, response);
  const items = cluster.list(kind, namespace, selection.labels);
  const metadata = { resourceVersion: String(cluster.revision) };
  return send(response, 200, { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items });
}

function patch(served: Served, write: Write, contentType: string, response: ServerResponse): void {
  const existed = served.cluster.find(write.place) !== undefined;
  if (contentType.startsWith('application/apply-patch+yaml'))
    return send(response, existed ? 200 : 201, applyObject(served.cluster, write, served.faultsOf));
  if (contentType.startsWith('application/merge-patch+json'))
    return send(response, 200, mergeObject(served.cluster, write, served.faultsOf));
  throw new Refusal(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - ${contentType}`);
}

function remove(cluster: Cluster, { place, body, dryRun }: Write, response: ServerResponse): void {
  const preconditions = isFields(body) && isFields(body['preconditions']) ? body['preconditions'] : {};
  const uid = typeof preconditions['uid'] === 'string' ? preconditions['uid'] : undefined;
  cluster.remove(place, { dryRun, uid });
  send(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
}

function writeOf(place: Place, request: IncomingMessage, { searchParams }: URL, body: unknown): Write {
  const dryRun = searchParams.get('dryRun');
  if (dryRun !== null && dryRun !== 'All')
    throw new Refusal(400, 'BadRequest', `dryRun: unsupported value "${dryRun}": supported values: "All"`);
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  const isApply = String(request.headers['content-type']).startsWith('application/apply-patch');
  const manager = searchParams.get('fieldManager') ?? (isApply ? '' : agent);
  return { place, body, manager, force: searchParams.get('force') === 'true', dryRun: dryRun === 'All' };
}

export function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
