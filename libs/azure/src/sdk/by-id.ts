import type { Client, HttpResponse } from '@azure-rest/core-client';
import type { OperationResponse, RunningOperation } from '@azure/core-lro';
import type { Bind, Connection, Poller } from './operations.js';

const ACCEPTED = ['200', '201', '202', '204'];

/**
 * Any resource type, by its id: Microsoft.ServiceNetworking has no npm package. A few lines over the same core that the
 * generated clients stand on, so tokens, errors and polling are alike.
 */
export async function byId({ credential, options }: Connection): Promise<Bind> {
  const [{ createRestError, getClient }, { createHttpPoller }] = await Promise.all([
    import('@azure-rest/core-client'),
    import('@azure/core-lro'),
  ]);
  const client: Client = getClient(options.endpoint, credential, options);
  const checked = (response: HttpResponse): HttpResponse => {
    if (!ACCEPTED.includes(response.status)) throw createRestError(response);
    return response;
  };
  const operation = (submit: () => PromiseLike<HttpResponse>): RunningOperation => ({
    sendInitialRequest: async () => lroResponse(checked(await submit())),
    sendPollRequest: async (url) => lroResponse(checked(await client.pathUnchecked(url).get())),
  });
  return ({ id }) => {
    const path = id.split('/').map(encodeURIComponent).join('/');
    // The api-version is put on by the wire policy.
    const resource = client.pathUnchecked(path);
    const start = (submit: () => PromiseLike<HttpResponse>): Poller => createHttpPoller(operation(submit));
    return {
      put: (body) => ({ poller: start(() => resource.put({ body, contentType: 'application/json' })) }),
      remove: () => ({ poller: start(() => resource.delete()) }),
      get: async () => checked(await resource.get()),
      restore: (state) =>
        createHttpPoller(
          operation(() => resource.get()),
          { restoreFrom: state },
        ),
    };
  };
}

/** Reads a collection that none of the clients has, all pages. The items are in the exchanges of the call. */
export async function collections({ credential, options }: Connection): Promise<ReadCollection> {
  const { createRestError, getClient } = await import('@azure-rest/core-client');
  const client: Client = getClient(options.endpoint, credential, options);
  return async (path, queryParameters) => {
    let answer: HttpResponse = await client.pathUnchecked(path).get({ queryParameters });
    for (;;) {
      if (!ACCEPTED.includes(answer.status)) throw createRestError(answer);
      const next = (answer.body as { readonly nextLink?: unknown } | undefined)?.nextLink;
      if (typeof next !== 'string' || next === '') return;
      answer = await client.pathUnchecked(next).get();
    }
  };
}

export type ReadCollection = (path: string, query: Readonly<Record<string, string>>) => Promise<void>;

function lroResponse(response: HttpResponse): OperationResponse {
  return {
    flatResponse: response,
    rawResponse: { ...response, statusCode: Number.parseInt(response.status, 10), body: response.body },
  };
}
