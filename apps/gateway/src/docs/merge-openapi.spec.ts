import { describe, expect, it } from 'vitest';
import { mergeOpenApi, type OpenApiDocument } from './merge-openapi.js';

function document(members: Partial<OpenApiDocument>): OpenApiDocument {
  return { openapi: '3.1.0', info: { title: 't', version: '1' }, paths: {}, ...members };
}

const reading = (ref: string) => ({ get: { responses: { 200: { content: { 'application/json': { schema: { $ref: ref } } } } } } });

describe('merging the documents of the services', () => {
  it('keeps the paths under /v1 of all, sorted, and a problem for every operation', () => {
    const merged = mergeOpenApi(
      [
        { service: 'provisioning', document: document({ paths: { '/v1/rollouts': reading('#/x'), '/metrics': {} } }) },
        { service: 'ipam', document: document({ paths: { '/v1/pools': reading('#/x') } }) },
      ],
      '0.1.0',
    );
    expect(Object.keys(merged.paths)).toEqual(['/v1/pools', '/v1/rollouts']);
    expect(merged.paths['/v1/pools']).toMatchObject({ get: { responses: { default: { $ref: '#/components/responses/Problem' } } } });
    expect(merged.info.version).toBe('0.1.0');
  });

  it('keeps a component once where services agree on it and renames it, with its references, where they do not', () => {
    const merged = mergeOpenApi(
      [
        {
          service: 'ipam',
          document: document({ components: { schemas: { Same: { type: 'string' }, Page: { type: 'object', title: 'ipam' } } } }),
        },
        {
          service: 'ingress',
          document: document({
            paths: { '/v1/ingress-gateways': reading('#/components/schemas/Page') },
            components: { schemas: { Same: { type: 'string' }, Page: { type: 'object', items: { $ref: '#/components/schemas/Page' } } } },
          }),
        },
      ],
      '1',
    );
    expect(Object.keys(merged.components?.['schemas'] ?? {}).sort()).toEqual(['IngressPage', 'Page', 'Problem', 'Same']);
    expect(JSON.stringify(merged.paths)).toContain('#/components/schemas/IngressPage');
    expect(merged.components?.['schemas']?.['IngressPage']).toEqual({
      type: 'object',
      items: { $ref: '#/components/schemas/IngressPage' },
    });
  });
});
