import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { aGateway, aRoute } from '../testing/arbitrary-intent.js';
import { toHelm, type HelmController } from './helm-folder.js';
import { renderManifests } from './render-manifests.js';

const objects = renderManifests(aGateway(), [
  aRoute({
    rules: [
      {
        backends: [{ service: 'web', namespace: 'pay', port: 80 }],
        headers: { request: { set: [{ name: 'x', value: '{{ .Values }}' }] } },
      },
    ],
  }),
]);
const controller: HelmController = {
  chart: 'oci://mcr.microsoft.com/application-lb/charts/alb-controller',
  namespace: 'azure-alb-system',
  version: '1.10.27',
  values: { albController: { podIdentity: { clientID: 'id' } } },
};
const shop = { name: 'shop', namespace: 'shop' };
const filesOf = (text: string) => JSON.parse(text) as Record<string, string>;

describe(toHelm, () => {
  it('is a chart whose values hold every object by kind and name', () => {
    const files = filesOf(toHelm(objects, { name: 'Shop_1', namespace: 'shop' }, controller));
    expect(Object.keys(files)).toEqual(['Chart.yaml', 'controller-values.yaml', 'templates/objects.yaml', 'values.yaml']);
    expect(load(files['Chart.yaml'] ?? '')).toMatchObject({
      apiVersion: 'v2',
      name: 'shop-1',
      version: '0.1.0',
      appVersion: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    const values = load(files['values.yaml'] ?? '') as { objects: Record<string, Record<string, unknown>> };
    const held = objects.filter(({ kind }) => kind !== 'Namespace');
    expect(Object.values(values.objects).flatMap((all) => Object.values(all))).toHaveLength(held.length);
    expect(files['values.yaml']).toContain('# helm upgrade --install shop-1 . --namespace shop --create-namespace');
    for (const object of held) expect(Object.values(values.objects[object.kind] ?? {})).toContainEqual(JSON.parse(JSON.stringify(object)));
    expect(values.objects['ReferenceGrant']).toHaveProperty('pay/shop-service-web');
  });

  it('has a template that prints values as they are, never as a template', () => {
    const files = filesOf(toHelm(objects, shop, controller));
    expect(files['templates/objects.yaml']).toContain('toYaml $object');
    expect(files['templates/objects.yaml']).not.toContain('tpl');
    expect(files['values.yaml']).toContain('"{{ .Values }}"');
  });

  it('tells how to install the controller once its values are known', () => {
    const { 'controller-values.yaml': file = '' } = filesOf(toHelm(objects, shop, controller));
    expect(file).toContain(
      'helm upgrade --install alb-controller oci://mcr.microsoft.com/application-lb/charts/alb-controller --version 1.10.27 --namespace azure-alb-system',
    );
    expect(load(file)).toEqual(controller.values);
    expect(filesOf(toHelm(objects, shop, { ...controller, values: null }))).not.toHaveProperty('controller-values.yaml');
    expect(filesOf(toHelm(objects, shop, { ...controller, chart: null }))).not.toHaveProperty('controller-values.yaml');
  });

  it('is the same bytes for the same objects, and another appVersion for others', () => {
    expect(toHelm([...objects].reverse(), shop, controller)).toBe(toHelm(objects, shop, controller));
    expect(filesOf(toHelm(objects.slice(2), shop, controller))['Chart.yaml']).not.toBe(
      filesOf(toHelm(objects, shop, controller))['Chart.yaml'],
    );
  });
});
