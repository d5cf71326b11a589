import { Transient } from '@podspan/errors';
import { request } from 'undici';
import { mergeOpenApi, type OpenApiDocument } from './merge-openapi.js';

export interface ApiDocumentsOptions {
  readonly upstreams: Readonly<Record<string, URL>>;
  readonly serviceToken?: string;
  readonly version: string;
}

const FRESH_MS = 30_000;
const TIMEOUT_MS = 3_000;

/** The merged OpenAPI document. What a service said last stays in it while that service is away. */
export class ApiDocuments {
  readonly #options: ApiDocumentsOptions;
  readonly #known = new Map<string, OpenApiDocument>();
  #readAt = -Infinity;

  constructor(options: ApiDocumentsOptions) {
    this.#options = options;
  }

  /** @throws Transient when no service has ever given its document. */
  async merged(): Promise<OpenApiDocument> {
    const services = Object.keys(this.#options.upstreams);
    if (services.some((service) => !this.#known.has(service)) || performance.now() - this.#readAt > FRESH_MS) await this.#read();
    const documents = services.flatMap((service) => {
      const document = this.#known.get(service);
      return document === undefined ? [] : [{ service, document }];
    });
    if (documents.length === 0) throw new Transient('service_unavailable', 'no service has given its OpenAPI document yet', 2);
    return mergeOpenApi(documents, this.#options.version);
  }

  async #read(): Promise<void> {
    await Promise.allSettled(
      Object.entries(this.#options.upstreams).map(async ([service, url]) => {
        this.#known.set(service, await readDocument(new URL('/openapi.json', url), this.#options.serviceToken));
      }),
    );
    this.#readAt = performance.now();
  }
}

async function readDocument(url: URL, token: string | undefined): Promise<OpenApiDocument> {
  const { statusCode, body } = await request(url, {
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
  return JSON.parse(text) as OpenApiDocument;
}
