import { Ajv, type ValidateFunction } from 'ajv';
import { apiServerChecks, metadataChecks } from './api-server-checks.js';
import { bundlesFor, objectMeta, oldestGatewayApi, type GatewayApiVersion } from './bundles.js';
import { celRules, type CelFault } from './cel-rules.js';

interface Checks {
  readonly shape: ValidateFunction;
  /** The same, and sets the defaults of the schema. */
  readonly defaulting: ValidateFunction;
  readonly rules: (value: unknown) => readonly CelFault[];
}

const metadata = { allOf: [closed(objectMeta), metadataChecks] };
const formats = {
  int32: true,
  int64: true,
  'date-time': true,
  ipv4: /^\d{1,3}(\.\d{1,3}){3}$/,
  ipv6: /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/,
} as const;
const options = { allErrors: true, strict: false, formats };
const ajv = new Ajv(options);
const defaultingAjv = new Ajv({ ...options, useDefaults: true });
const compiled = new Map<string, Checks | undefined>();

/**
 * What the API server would refuse in an object, by the CRDs themselves: shape, limits, unknown fields and CEL rules.
 * @param gatewayApi the bundle in the cluster; by default the oldest that AKS serves
 */
export function objectFaults(object: object, gatewayApi: GatewayApiVersion = oldestGatewayApi): readonly string[] {
  // Defaults are set before rules are checked, as the API server does; the object itself stays as it is.
  const faults = shapeFaults(object, gatewayApi);
  if (faults.length > 0) return faults;
  const copy = structuredClone(object);
  const checks = checksFor(copy, gatewayApi);
  checks?.defaulting(copy);
  const rules = checks?.rules(copy) ?? [];
  return rules.map(({ path, message }) => `${path} ${message}`.trim());
}

/** What a cluster would say that checks the kinds it has schemas for, and takes the others as they are. */
export function faultsOfKnown(object: object, gatewayApi: GatewayApiVersion = oldestGatewayApi): readonly string[] {
  return checksFor(object, gatewayApi) === undefined ? [] : objectFaults(object, gatewayApi);
}

/** Without the CEL rules, which cost much more. */
export function shapeFaults(object: object, gatewayApi: GatewayApiVersion = oldestGatewayApi): readonly string[] {
  const checks = checksFor(object, gatewayApi);
  if (!checks) {
    const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
    return [`there is no schema for ${String(apiVersion)} ${String(kind)}`];
  }
  if (checks.shape(object)) return [];
  // A definition and the check beside it may say the same.
  return [...new Set((checks.shape.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`.trim()))];
}

function checksFor(object: object, gatewayApi: GatewayApiVersion): Checks | undefined {
  const { apiVersion, kind } = object as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const key = `${gatewayApi} ${String(apiVersion)}/${String(kind)}`;
  if (!compiled.has(key)) compiled.set(key, newChecks(gatewayApi, String(apiVersion), String(kind)));
  return compiled.get(key);
}

function newChecks(gatewayApi: GatewayApiVersion, apiVersion: string, kind: string): Checks | undefined {
  const found = bundlesFor(gatewayApi)
    .flatMap(({ schemas }) => schemas)
    .find((entry) => entry.kind === kind && [entry.group, entry.version].filter(Boolean).join('/') === apiVersion);
  if (!found) return undefined;
  const schema = closed(found.schema) as { readonly properties?: object };
  // Some CRDs leave the members out that every object has.
  const typed = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  const definition = { ...schema, properties: { ...typed, ...schema.properties, metadata } };
  const whole = { allOf: [definition, { required: ['metadata'] }, apiServerChecks[`${apiVersion}/${kind}`] ?? {}] };
  return { shape: ajv.compile(whole), defaulting: defaultingAjv.compile(whole), rules: celRules(found.schema) };
}

/** Unknown fields are refused, as `kubectl apply --server-side` does, not pruned. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([key, member]) => [key, key === 'default' ? member : closed(member)]));
  const open = 'additionalProperties' in members || members['x-kubernetes-preserve-unknown-fields'] === true;
  return members['type'] === 'object' && 'properties' in members && !open ? { ...members, additionalProperties: false } : members;
}
