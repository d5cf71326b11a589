import { PROBLEM_SCHEMA } from './problem-schema.js';

type Json = Record<string, unknown>;

/** An OpenAPI 3 document, as far as merging needs to know it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Json;
  readonly components?: { readonly [section: string]: Json | undefined };
  readonly tags?: readonly { readonly name: string }[];
  readonly [member: string]: unknown;
}

export interface ServiceDocument {
  readonly service: string;
  readonly document: OpenApiDocument;
}

/**
 * One document for the whole origin. Only paths under /v1 are kept. Two services may name a component alike: the same
 * content is kept once; another content gets the service's name in front, and that service's references follow.
 */
export function mergeOpenApi(documents: readonly ServiceDocument[], version: string): OpenApiDocument {
  const components: Record<string, Json> = {
    schemas: { Problem: PROBLEM_SCHEMA },
    responses: { Problem: PROBLEM_RESPONSE },
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'an API token or an OIDC access token' } },
  };
  const paths: Json = {};
  const tags = new Map<string, { name: string }>();
  for (const { service, document } of documents) {
    const own = renamed(document, renames(service, document, components));
    for (const [section, members] of Object.entries(own.components ?? {})) {
      if (section !== 'securitySchemes') components[section] = { ...members, ...components[section] };
    }
    for (const [path, item] of Object.entries(own.paths)) {
      if (path.startsWith('/v1/')) paths[path] = withProblems(item);
    }
    for (const tag of own.tags ?? []) tags.set(tag.name, tag);
  }
  return {
    openapi: documents[0]?.document.openapi ?? '3.1.0',
    info: { title: 'Podspan', version, description: 'Addresses, rollouts and ingress of AKS fleets on Azure CNI Overlay.' },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...tags.values()].sort((a, b) => a.name.localeCompare(b.name)),
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => a.localeCompare(b))),
    components,
  };
}

const PROBLEM_RESPONSE: Json = {
  description: 'What went wrong, and everything that is wrong with the request',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The old and new references of the components that must give way. */
function renames(service: string, document: OpenApiDocument, taken: Readonly<Record<string, Json>>): ReadonlyMap<string, string> {
  const prefix = service.charAt(0).toUpperCase() + service.slice(1);
  const moved = Object.entries(document.components ?? {}).flatMap(([section, members]) =>
    Object.entries(members ?? {}).flatMap(([name, content]) => {
      const present = taken[section]?.[name];
      const same = present === undefined || JSON.stringify(present) === JSON.stringify(content);
      return same ? [] : [[`#/components/${section}/${name}`, `#/components/${section}/${prefix}${name}`] as const];
    }),
  );
  return new Map(moved);
}

function renamed(document: OpenApiDocument, moves: ReadonlyMap<string, string>): OpenApiDocument {
  if (moves.size === 0) return document;
  const components = Object.entries(document.components ?? {}).map(([section, members]) => {
    const named = Object.entries(members ?? {}).map(([name, content]) => {
      const moved = moves.get(`#/components/${section}/${name}`)?.split('/').at(-1);
      return [moved ?? name, content] as const;
    });
    return [section, Object.fromEntries(named)] as const;
  });
  return rereferenced({ ...document, components: Object.fromEntries(components) }, moves) as OpenApiDocument;
}

function rereferenced(value: unknown, moves: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rereferenced(item, moves));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' ? (moves.get(member) ?? member) : rereferenced(member, moves),
    ]),
  );
}

/** Every operation may fail; the shape of a failure is always the same. */
function withProblems(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]: [string, unknown]) => {
      if (typeof operation !== 'object' || operation === null || !('responses' in operation)) return [method, operation];
      return [
        method,
        { ...operation, responses: { ...(operation.responses as Json), default: { $ref: '#/components/responses/Problem' } } },
      ];
    }),
  );
}
