import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

/** Headers whose URLs the SDK keeps in a poller, and so in a stored token. */
const URL_HEADERS = ['azure-asyncoperation', 'operation-location', 'location'];

/**
 * Sends what is meant for `origin` to an emulator on this machine. The clients above it are those of production: they
 * believe in https, send the token, and store URLs of `origin`, so tokens survive an emulator on another port.
 */
export function loopbackHttpClient(inner: HttpClient, origin: string, emulator: string): HttpClient {
  return {
    async sendRequest(request) {
      const { url, agent, allowInsecureConnection } = request;
      redirect(request, emulator);
      try {
        return restoreUrls(await inner.sendRequest(request), origin, emulator);
      } finally {
        request.url = url;
        request.allowInsecureConnection = allowInsecureConnection ?? false;
        if (agent) request.agent = agent;
      }
    },
  };
}

function redirect(request: PipelineRequest, emulator: string): void {
  const url = new URL(request.url);
  request.url = `${emulator}${url.pathname}${url.search}`;
  request.allowInsecureConnection = true;
  // A proxy for the real Azure has no business between two processes of one machine.
  delete request.agent;
}

function restoreUrls(response: PipelineResponse, origin: string, emulator: string): PipelineResponse {
  for (const name of URL_HEADERS) {
    const value = response.headers.get(name);
    if (value?.startsWith(emulator)) response.headers.set(name, origin + value.slice(emulator.length));
  }
  const nextLink = `"nextLink":"`;
  if (response.bodyAsText?.includes(nextLink + emulator)) {
    response.bodyAsText = response.bodyAsText.replaceAll(nextLink + emulator, nextLink + origin);
  }
  return response;
}
