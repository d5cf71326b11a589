// Callers that each wait for their answer before they ask again.
import { Agent, request } from 'undici';

/** `clients` at once for `seconds`: `{ perSecond, latencies }`, the latencies in milliseconds. */
export async function drive(clients, seconds, once) {
  const until = performance.now() + seconds * 1000;
  const latencies = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let turn = 0; performance.now() < until; turn++) {
        const started = performance.now();
        await once(client, turn);
        latencies.push(performance.now() - started);
      }
    }),
  );
  return { perSecond: latencies.length / ((performance.now() - began) / 1000), latencies };
}

/** A caller of a service over keep-alive connections; an answer that is not as expected fails the run. */
export function caller(url, token) {
  const dispatcher = new Agent({ connections: 256, pipelining: 1 });
  const bare = { authorization: `Bearer ${token}` };
  const headers = { ...bare, 'content-type': 'application/json' };
  return {
    post: async (path, body, expected = 201) => {
      const sent = body === undefined ? { headers: bare } : { headers, body: JSON.stringify(body) };
      const answer = await request(url + path, { method: 'POST', ...sent, dispatcher });
      const text = await answer.body.text();
      if (answer.statusCode !== expected) throw new Error(`POST ${path}: ${answer.statusCode} ${text}`);
      return text;
    },
    close: () => dispatcher.close(),
  };
}

let owners = 0;
/** A request for a block by an owner nobody was before. */
export function wish(prefixLength) {
  return { prefixLength, owner: { kind: 'TEAM', id: `${process.pid}-${(owners += 1)}` }, purpose: 'bench' };
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
