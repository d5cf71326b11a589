import type { SourceRef } from './report.js';

export type JsonObject = Readonly<Record<string, unknown>>;

/** One object of the input, as it was written. */
export interface SourceObject {
  readonly ref: SourceRef;
  readonly apiVersion: string;
  readonly body: JsonObject;
  /** Where its document starts, from 1. */
  readonly line: number;
}

/** An Ingress in the shape of networking.k8s.io/v1, whatever version it came in. */
export interface SourceIngress {
  readonly ref: SourceRef;
  readonly line: number;
  /** From the annotation, which wins, or from `ingressClassName`. */
  readonly className: string | undefined;
  readonly classFromAnnotation: boolean;
  readonly created: string;
  readonly annotations: ReadonlyMap<string, string>;
  readonly rules: readonly SourceRule[];
  readonly defaultBackend: SourceBackend | undefined;
  readonly tls: readonly SourceTls[];
}

export interface SourceRule {
  readonly at: string;
  /** Empty: every host. */
  readonly host: string;
  readonly paths: readonly SourcePath[];
}

export interface SourcePath {
  readonly at: string;
  readonly path: string;
  readonly type: 'Exact' | 'Prefix' | 'ImplementationSpecific';
  readonly backend: SourceBackend;
}

export interface SourceBackend {
  readonly at: string;
  readonly service: string;
  /** A number, or the name of a port. */
  readonly port: number | string;
}

export interface SourceTls {
  readonly at: string;
  readonly hosts: readonly string[];
  readonly secret: string | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function keyOf({ namespace, name }: Pick<SourceRef, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The member at `path` when every step of the way is an object. */
export function memberAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((held, step) => (isObject(held) ? held[step] : undefined), value);
}
