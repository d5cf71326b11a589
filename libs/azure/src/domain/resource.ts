import type { ArmResource } from '../arm.js';
import { readEnvelope, type ErrorEnvelope } from './error-envelope.js';

type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a resource from the wire JSON of an answer, which is kept whole. `undefined` for an empty answer.
 * @param fallbackId stands in where an answer leaves the id out
 */
export function readResource(raw: unknown, fallbackId: string, etagHeader?: string): ArmResource | undefined {
  if (!isFields(raw) || Object.keys(raw).length === 0) return undefined;
  const id = text(raw['id']) ?? fallbackId;
  const properties = isFields(raw['properties']) ? raw['properties'] : {};
  const location = text(raw['location']);
  const tags = tagsOf(raw['tags']);
  // The cluster and the VNet carry it on top, the agent pool under properties, some types only as a header.
  const etag = text(raw['eTag']) ?? text(raw['etag']) ?? text(properties['eTag']) ?? text(properties['etag']) ?? etagHeader;
  const provisioningState = text(properties['provisioningState']) ?? text(raw['provisioningState']);
  return {
    id,
    name: text(raw['name']) ?? id.slice(id.lastIndexOf('/') + 1),
    type: text(raw['type']) ?? '',
    ...(location === undefined ? {} : { location }),
    ...(tags === undefined ? {} : { tags }),
    ...(etag === undefined ? {} : { etag }),
    ...(provisioningState === undefined ? {} : { provisioningState }),
    raw,
  };
}

export type Standing = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED';

/** Three states are ends, none means Succeeded, and everything else, known or not, is under way. */
export function standingOf(provisioningState: string | undefined): Standing {
  switch (provisioningState?.toLowerCase()) {
    case undefined:
    case 'succeeded':
      return 'SUCCEEDED';
    case 'failed':
      return 'FAILED';
    case 'canceled':
    case 'cancelled':
      return 'CANCELED';
    default:
      return 'RUNNING';
  }
}

/** What a status resource says of its operation, by the SDK's rule. `undefined` when it says nothing. */
export function operationStanding(body: unknown): Standing | undefined {
  const status = isFields(body) ? text(body['status'])?.toLowerCase() : undefined;
  if (status === undefined) return undefined;
  if (status.includes('succeeded')) return 'SUCCEEDED';
  if (status.includes('fail')) return 'FAILED';
  return status === 'canceled' || status === 'cancelled' ? 'CANCELED' : 'RUNNING';
}

/** Why a resource is Failed, where it says so itself. */
export function provisioningErrorOf(raw: unknown): ErrorEnvelope | undefined {
  const properties = isFields(raw) && isFields(raw['properties']) ? raw['properties'] : undefined;
  if (properties === undefined) return undefined;
  const status = isFields(properties['status']) ? properties['status'] : undefined;
  return readEnvelope(status?.['provisioningError']) ?? readEnvelope(properties['provisioningError']);
}

function tagsOf(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isFields(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, tag]) => [key, String(tag)]));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
