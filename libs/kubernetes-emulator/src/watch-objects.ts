import type { ServerResponse } from 'node:http';
import { selects, type Change, type Cluster, type Selection } from './cluster.js';

/** A line of JSON per change, until the client goes or `timeoutSeconds` have passed. */
export function watchObjects(cluster: Cluster, selection: Selection, url: URL, response: ServerResponse): void {
  const after = Number(url.searchParams.get('resourceVersion') ?? cluster.revision);
  const seconds = Number(url.searchParams.get('timeoutSeconds') ?? 300);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const tell = ({ type, object }: Change): void => {
    if (selects(selection, object)) response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const stop = cluster.watch(after, tell);
  const timer = setTimeout(() => response.end(), seconds * 1000);
  timer.unref();
  response.on('close', () => {
    clearTimeout(timer);
    stop();
  });
}
