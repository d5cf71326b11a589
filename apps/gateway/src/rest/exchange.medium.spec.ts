import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, exchange } from './exchange.js';

const LARGE = Buffer.alloc(8 * 1024 * 1024, 'podspan ');

describe('an exchange with a service', () => {
  const agent = new Agent();
  let server: Server;
  let answer: (response: ServerResponse) => void;
  beforeAll(async () => {
    server = createServer((_request, response) => answer(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.closeAllConnections());
  afterAll(async () => {
    await agent.destroy();
    server.close();
  });

  const ask = (): ReturnType<typeof exchange> =>
    exchange(agent, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, path: '/', method: 'GET' });
  const streamOf = ({ body }: Answer): Readable => {
    if (body instanceof Readable) return body;
    throw new Error('the answer came whole');
  };

  it('brings a small answer whole, whatever was said before it and in however many parts it comes', async () => {
    answer = (response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(201, { 'content-length': 6, etag: '"1"' }).write('one');
      setImmediate(() => response.end('two'));
    };
    const { status, headers, body } = await ask().answer;
    expect([status, headers['etag'], body]).toEqual([201, '"1"', Buffer.from('onetwo')]);
  });

  it.each([204, 304])('ends an answer without a body: %d', async (status) => {
    answer = (response) => response.writeHead(status).end();
    const { status: given, body } = await ask().answer;
    expect([given, body instanceof Readable ? (await buffer(body)).length : body.length]).toEqual([status, 0]);
  });

  it('hands on a large answer, and holds the service back while nobody reads', async () => {
    let sent: ServerResponse | undefined;
    answer = (response) => {
      sent = response.writeHead(200, { 'content-length': LARGE.length });
      sent.end(LARGE);
    };
    const stream = streamOf(await ask().answer);
    await once(stream, 'readable');
    expect(sent?.writableFinished).toBe(false);
    expect((await buffer(stream)).equals(LARGE)).toBe(true);
  });

  it('fails where a large answer breaks off', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': LARGE.length });
      response.write(LARGE.subarray(0, 1000), () => response.destroy());
    };
    await expect(buffer(streamOf(await ask().answer))).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  it('fails where a small answer breaks off, or none comes', async () => {
    answer = (response) => response.writeHead(200, { 'content-length': 6 }).write('one', () => response.destroy());
    await expect(ask().answer).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
    answer = (response) => response.destroy();
    await expect(ask().answer).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  it('hangs up on the service when it is aborted, at whatever time, and when the reader goes', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    answer = (response) => {
      closed = once(response, 'close');
      response.writeHead(200).write('one');
    };
    const early = ask();
    early.abort();
    await expect(early.answer).rejects.toThrow('the caller went away');
    const late = ask();
    const rest = buffer(streamOf(await late.answer));
    late.abort();
    await expect(rest).rejects.toThrow('the caller went away');
    await closed;
    streamOf(await ask().answer).destroy();
    await closed;
  });
});
