import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { aBackend, aGateway, aRoute } from '../testing/arbitrary-intent.js';
import { kubernetesName } from './kubernetes-names.js';
import { renderManifests } from './render-manifests.js';
import { toJson, toYaml } from './serialize-manifests.js';
import { assertValidManifests, manifestFaults } from './validate-manifests.js';

describe(toYaml, () => {
  it('quotes what YAML 1.1 would read as something else', () => {
    const headers = ['yes', 'on', '0o7', '1e3', 'null', '~'].map((value, index) => ({ name: `h${index}`, value }));
    const yaml = toYaml(renderManifests(aGateway(), [aRoute({ rules: [{ match: { headers }, backends: [aBackend()] }] })]));
    const route = parseAllDocuments(yaml, { version: '1.1' }).at(-1)?.toJS() as {
      spec: { rules: { matches: { headers: { value: unknown }[] }[] }[] };
    };
    expect(route.spec.rules[0]?.matches[0]?.headers.map(({ value }) => value)).toEqual(['yes', 'on', '0o7', '1e3', 'null', '~']);
  });

  it('says the same as the JSON list', () => {
    const objects = renderManifests(aGateway({ frontends: ['a', 'b'] }), [aRoute({ tls: { secret: 'cert' } })]);
    const list = JSON.parse(toJson(objects)) as { kind: string; items: unknown[] };
    expect(list.kind).toBe('List');
    expect(parseAllDocuments(toYaml(objects)).map((document) => document.toJS() as unknown)).toEqual(list.items);
  });
});

describe(assertValidManifests, () => {
  it('names the object and the reason when a schema refuses', () => {
    const objects = renderManifests(aGateway(), [aRoute({ hostnames: ['NOT A HOST'] })]);
    expect(manifestFaults(objects, 'v1.5.1')).toEqual([expect.stringMatching(/^HTTPRoute\/web: .*hostnames\/0/)]);
    expect(() => assertValidManifests(objects, 'v1.5.1')).toThrow('rendered manifests are invalid');
  });
});

describe(kubernetesName, () => {
  it.each([
    ['Shop_EU.west', 'shop-eu-west'],
    ['a'.repeat(63), 'a'.repeat(63)],
  ])('turns %s into a DNS label', (name, expected) => {
    expect(kubernetesName(name)).toBe(expected);
  });

  it('keeps two names of 64 characters apart that differ at the end (AGC-02)', () => {
    const [one, two] = [kubernetesName(`${'a'.repeat(63)}1`), kubernetesName(`${'a'.repeat(63)}2`)];
    expect(one).not.toBe(two);
    expect(one.length).toBeLessThanOrEqual(63);
  });
});
