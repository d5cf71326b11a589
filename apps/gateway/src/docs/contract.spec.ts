import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, unknown>> }>> };
}

const document = JSON.parse(readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8')) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ at: `${method.toUpperCase()} ${path}`, method, operation })),
);

/** Posts that read: they keep nothing, so there is nothing to do once. */
const READS = [
  'POST /v1/ingress-cutovers',
  'POST /v1/ingress-gateway-plans',
  'POST /v1/ingress-translations',
  'POST /v1/ipam/checks',
  'POST /v1/migrations/assess',
  'POST /v1/reuse/check',
  'POST /v1/topology/simulate',
];
/** Everything there is at most is in its answer. */
const WHOLE = ['GET /v1/pools/{pool}/available'];

function namesOf({ parameters = [] }: Operation, place: string): readonly string[] {
  return parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
}

/** Whether the answer is a page of a list. */
function isPage({ responses }: Operation): boolean {
  const schema = responses['200']?.content?.['application/json']?.schema.$ref?.split('/').at(-1) ?? '';
  const members = document.components.schemas[schema]?.properties ?? {};
  return 'items' in members && 'nextCursor' in members;
}

describe('the OpenAPI document', () => {
  const writes = operations.filter(({ at, method }) => method !== 'get' && !READS.includes(at));

  it('says of every write that it takes an Idempotency-Key and a dry run', () => {
    expect(writes.length).toBeGreaterThan(30);
    expect(
      writes
        .filter(
          ({ operation }) => !namesOf(operation, 'header').includes('Idempotency-Key') || !namesOf(operation, 'query').includes('dryRun'),
        )
        .map(({ at }) => at),
    ).toEqual([]);
  });

  it('says of every list that it takes limit and cursor', () => {
    const lists = operations.filter(({ at, operation }) => isPage(operation) && !WHOLE.includes(at));
    expect(lists.length).toBeGreaterThan(15);
    expect(
      lists.filter(({ operation }) => !['limit', 'cursor'].every((name) => namesOf(operation, 'query').includes(name))).map(({ at }) => at),
    ).toEqual([]);
  });

  it.each(['/v1/pools/{pool}', '/v1/allocations/{allocation}/release', '/v1/rollouts/{rollout}/pause', '/v1/ingress-gateways/{gateway}'])(
    'says that writes to %s take If-Match',
    (path) => {
      const guarded = Object.entries(document.paths[path] ?? {}).filter(([method]) => method !== 'get');
      expect(guarded.map(([, operation]) => namesOf(operation, 'header').includes('If-Match'))).toEqual(guarded.map(() => true));
    },
  );
});
