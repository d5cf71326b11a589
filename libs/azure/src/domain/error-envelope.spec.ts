import { describe, expect, it } from 'vitest';
import { readEnvelope } from './error-envelope.js';

describe('an error envelope', () => {
  it('of ARM is wrapped in error', () => {
    const body = { error: { code: 'ResourceGroupNotFound', message: 'no group', target: 'rg' } };
    expect(readEnvelope(body)).toEqual({ code: 'ResourceGroupNotFound', message: 'no group', target: 'rg', causes: [] });
  });

  it('of AKS is flat, with details null', () => {
    const body = { code: 'OperationNotAllowed', details: null, message: 'in progress', subcode: '', target: '' };
    expect(readEnvelope(body)).toEqual({ code: 'OperationNotAllowed', message: 'in progress', causes: [] });
  });

  it('of a status resource stands beside the status', () => {
    expect(readEnvelope({ status: 'Failed', error: { code: 'SubnetIsFull', message: 'full' } })?.code).toBe('SubnetIsFull');
  });

  it('keeps nested details as they came and lists every cause, outermost first', () => {
    const details = [{ code: 'ReferencedResourceNotProvisioned', message: 'busy', details: [{ code: 'Inner', message: 'deep' }] }];
    const envelope = readEnvelope({ error: { code: 'RetryableError', message: 'retry', details } });
    expect(envelope?.details).toBe(details);
    expect(envelope?.causes.map((cause) => cause.code)).toEqual(['ReferencedResourceNotProvisioned', 'Inner']);
  });

  it('follows inner errors', () => {
    const envelope = readEnvelope({ error: { code: 'A', message: 'a', innererror: { code: 'B', message: 'b' } } });
    expect(envelope?.causes).toEqual([{ code: 'B', message: 'b' }]);
  });

  it('reads an error that a deployment packed into a message as JSON', () => {
    const packed = JSON.stringify({ error: { code: 'SkuNotAvailable', message: 'no D4s here' } });
    const envelope = readEnvelope({ error: { code: 'DeploymentFailed', message: 'x', details: [{ code: 'Conflict', message: packed }] } });
    expect(envelope?.causes).toEqual([
      { code: 'Conflict', message: 'no D4s here' },
      { code: 'SkuNotAvailable', message: 'no D4s here' },
    ]);
  });

  it('leaves a message alone that only looks like JSON', () => {
    expect(readEnvelope({ code: 'X', message: '{not json' })).toMatchObject({ message: '{not json', causes: [] });
  });

  it.each([null, undefined, '', 'text', 5, [], {}, { status: 'InProgress' }, { id: '/x', properties: {} }])('is not in %j', (body) => {
    expect(readEnvelope(body)).toBeUndefined();
  });

  it('nested without end is read to a bound', () => {
    let error: Record<string, unknown> = { code: 'Last', message: 'last' };
    for (let level = 0; level < 100; level += 1) error = { code: `L${level}`, message: '', details: [error] };
    expect(readEnvelope({ error })?.causes.length).toBeLessThan(10);
  });
});
