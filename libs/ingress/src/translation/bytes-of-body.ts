import { InvalidRequest } from '@podspan/errors';

/** A stream of YAML, bytes or a text as they came, or a value that was read as JSON already. */
export async function* bytesOfBody(body: unknown): AsyncGenerator<Uint8Array> {
  if (typeof body === 'string') yield Buffer.from(body);
  else if (isStream(body)) yield* body;
  else if (typeof body === 'object' && body !== null) yield Buffer.from(JSON.stringify(body));
  else throw new InvalidRequest([{ path: 'body', code: 'required', message: 'send the Ingresses as YAML (application/yaml) or JSON' }]);
}

function isStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
