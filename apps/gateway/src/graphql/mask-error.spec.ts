import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { errorMasker } from './mask-error.js';

const subgraphs = [{ name: 'ipam', url: new URL('http://10.1.2.3:4001') }];

describe('what a client sees of an error', () => {
  it('keeps code, path and facts of an expected one and drops what is of the inside', () => {
    const mask = errorMasker(subgraphs, () => undefined);
    const shown = mask(
      new GraphQLError('no /16 left', {
        path: ['a', 0],
        extensions: { code: 'pool_exhausted', largestFreePrefixLength: 17, request: { body: 'secret' }, stacktrace: ['x'] },
      }),
    );
    expect(shown.toJSON()).toEqual({
      message: 'no /16 left',
      path: ['a', 0],
      extensions: { code: 'pool_exhausted', largestFreePrefixLength: 17 },
    });
  });

  it('replaces the addresses of services by their names and leaves other addresses alone', () => {
    const mask = errorMasker(subgraphs, () => undefined);
    expect(mask(new GraphQLError('POST http://10.1.2.3:4001/graphql: 10.244.0.0/16 overlaps 10.1.2.3')).message).toBe(
      'POST ipam/graphql: 10.244.0.0/16 overlaps 10.1.2.3',
    );
  });

  it('hides an unexpected one and tells the log', () => {
    const told: unknown[] = [];
    const mask = errorMasker(subgraphs, (error) => told.push(error));
    const cause = new TypeError('x is undefined');
    const located = new GraphQLError(cause.message, { originalError: cause });
    expect(mask(located).toJSON()).toEqual({ message: 'an unexpected error occurred', extensions: { code: 'internal_error' } });
    expect(mask('text').extensions['code']).toBe('internal_error');
    expect(told).toEqual([located, 'text']);
  });
});
