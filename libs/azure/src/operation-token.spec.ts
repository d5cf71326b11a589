import { describe, expect, it } from 'vitest';
import { ArmFailure } from './arm.js';
import { readToken, resourceToken, writeToken } from './operation-token.js';

describe('an operation token', () => {
  const token = {
    kind: 'lro',
    method: 'PUT',
    resourceId: '/subscriptions/s:1',
    apiVersion: '2026-06-01',
    state: '{"state":{"a":":"}}',
  } as const;

  it('says the same when it is read as when it was written', () => {
    expect(readToken(writeToken(token))).toEqual(token);
    expect(writeToken(token)).toMatch(/^v1:lro:/);
  });

  it('can be made for an adopted resource', () => {
    expect(readToken(resourceToken('/subscriptions/s', '2026-06-01'))).toEqual({
      kind: 'resource',
      method: 'PUT',
      resourceId: '/subscriptions/s',
      apiVersion: '2026-06-01',
    });
  });

  it.each([
    '',
    'v2:lro:{}',
    'v1:other:{}',
    'v1:lro:',
    'v1:lro:{',
    'v1:lro:{}',
    'v1:lro:{"method":"PUT","resourceId":"/x","apiVersion":"y"}',
    'v1:resource:{"method":"GET"}',
  ])('%j of another release leads to reading the resource, not to a crash', (text) => {
    expect(() => readToken(text)).toThrow(expect.objectContaining({ facts: expect.objectContaining({ class: 'ADOPT' }) }) as ArmFailure);
  });
});
