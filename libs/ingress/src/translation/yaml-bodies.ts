import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '@podspan/errors';
import type { IncomingMessage } from 'node:http';

/** Fifty megabytes are some five thousand Ingresses; what is larger is refused before it is read. */
export const yamlLimitBytes = 64 * 1024 * 1024;

const types = /^(?:application|text)\/(?:x-|vnd\.)?yaml\b|^text\/plain\b/i;

interface HttpServer {
  addContentTypeParser(
    types: RegExp,
    parser: (request: unknown, payload: IncomingMessage, done: (error: Error | null, body?: unknown) => void) => void,
  ): void;
}

/** Lets YAML bodies through as a stream of bytes, so that a large one is translated while it arrives. */
@Injectable()
export class YamlBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const http = this.host.httpAdapter.getInstance<HttpServer>();
    http.addContentTypeParser(types, (_, payload, done) => {
      const announced = Number(payload.headers['content-length'] ?? 0);
      if (announced > yamlLimitBytes) done(tooLarge());
      else done(null, limited(payload));
    });
  }
}

/** @throws DomainError `body_too_large` as soon as one byte too many has come */
export async function* limited(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.byteLength;
    if (total > yamlLimitBytes) throw tooLarge();
    yield chunk;
  }
}

function tooLarge(): DomainError {
  const message = `a body of YAML has at most ${yamlLimitBytes / 1024 / 1024} MiB: split the input by namespace or by host`;
  return new DomainError('too_large', 'body_too_large', message, { facts: { limitBytes: yamlLimitBytes } });
}
