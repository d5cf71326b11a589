import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { currentCall, type Exchange } from './call.js';

/** Sees every request and answer at the last place before the wire, and notes them in the running call. */
export function recordingHttpClient(inner: HttpClient, told: (exchange: Exchange, request: PipelineRequest) => void): HttpClient {
  return {
    async sendRequest(request) {
      const call = currentCall();
      if (call) call.awaiting = true;
      const response = await inner.sendRequest(request);
      const exchange = exchangeOf(request, response);
      if (call) {
        call.awaiting = false;
        call.exchanges.push(exchange);
      }
      told(exchange, request);
      return response;
    },
  };
}

function exchangeOf(request: PipelineRequest, response: PipelineResponse): Exchange {
  const text = response.bodyAsText ?? '';
  return {
    method: request.method,
    path: decoded(new URL(request.url).pathname),
    status: response.status,
    headers: response.headers.toJSON(),
    body: parseJson(text),
    text,
  };
}

/** An odd URL must not turn an answer into a lost one. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
