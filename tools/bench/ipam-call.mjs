// One request to a service, measured until the last byte of its answer.
import { request as send } from 'node:http';

/** @returns milliseconds, status and the body as text */
export function call({ url, token, agent }, method, path, body, type = 'application/json') {
  const payload = body === undefined ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(payload ? { 'content-type': type, 'content-length': Buffer.byteLength(payload) } : {}),
  };
  return new Promise((done, failed) => {
    const started = performance.now();
    const sent = send(new URL(path, url), { agent, method, headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () =>
        done({ ms: performance.now() - started, status: answer.statusCode, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    sent.on('error', failed);
    sent.end(payload);
  });
}

/** @throws Error with the answer when its status is another */
export async function expectAnswer(api, status, method, path, body, type) {
  const answer = await call(api, method, path, body, type);
  if (answer.status === status) return answer;
  throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 2000)}`);
}
